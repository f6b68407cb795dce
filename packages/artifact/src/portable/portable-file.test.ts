import { compareKeys, type KvEntry, SlipstreamError, VersionToken } from '@slipstream/core';
import { putUpdate } from '@slipstream/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someUpdates, textOf } from '../../test/fixtures/entries.js';
import { entriesIn, exampleCursor, portableBytes } from '../../test/fixtures/portable-bytes.js';
import { BLOCK_TARGET_BYTES, FILE_HEADER_BYTES, FRAME_BYTES } from './portable-format.js';

const inOrder = someUpdates.map((entries) => entries.toSorted((a, b) => compareKeys(a.key, b.key)));
const three = [putUpdate('a', 1, 'one'), putUpdate('b', 2, ''), putUpdate('c.ä', 3, 'three '.repeat(20))];

const FOOTER_BYTES = FRAME_BYTES + exampleCursor.toBytes().length;

async function refusalOf(bytes: Uint8Array): Promise<string> {
  try {
    await entriesIn(bytes);
  } catch (error) {
    if (SlipstreamError.is(error, 'ARTIFACT_INVALID')) return error.message;
    throw error;
  }
  return 'accepted';
}

describe.each(['zstd', 'none'] as const)('a portable file with compression %s', (compression) => {
  test('gives back the entries that it was written from, whatever pieces it is read in', async () => {
    await fc.assert(
      fc.asyncProperty(inOrder, fc.integer({ min: 1, max: 100 }), async (entries, pieceBytes) => {
        const bytes = await portableBytes(entries, compression);
        const read = await entriesIn(bytes, { pieceBytes });
        expect(read.entries.map(textOf)).toEqual(entries.map(textOf));
        expect(read.totals.entries).toBe(entries.length);
      }),
    );
  });

  test('is the same bytes for the same entries', async () => {
    expect(await portableBytes(three, compression)).toEqual(await portableBytes([...three], compression));
  });

  test('is cut into blocks, and an entry larger than a block has one of its own size', async () => {
    const large = new Uint8Array(3 * BLOCK_TARGET_BYTES).map((_, index) => (index * index) >> 3);
    const entries = [
      ...Array.from({ length: 3000 }, (_, index) =>
        putUpdate(`k${String(index).padStart(6, '0')}`, index + 1, 'v'.repeat(200)),
      ),
      putUpdate('l', 1, large),
      putUpdate('m', 1, large),
    ];
    const bytes = await portableBytes(entries, compression);
    const read = await entriesIn(bytes, { pieceBytes: 1e6 });
    expect(read.entries.map(textOf)).toEqual(entries.map(textOf));
    expect(bytes.readUInt32BE(FILE_HEADER_BYTES + 6)).toBeLessThan(BLOCK_TARGET_BYTES + 1000);
  });

  test('is refused with any one bit flipped', async () => {
    const bytes = await portableBytes(three, compression);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(await refusalOf(flipped), `bit ${bit}`).not.toBe('accepted');
    }
  });

  test('is refused when it is truncated anywhere, or has trailing bytes', async () => {
    const bytes = await portableBytes(three, compression);
    for (let length = 0; length < bytes.length; length++) {
      expect(await refusalOf(bytes.subarray(0, length)), `${length} bytes`).not.toBe('accepted');
    }
    expect(await refusalOf(Buffer.concat([bytes, Buffer.of(0)]))).toContain('bytes after the footer');
    expect(await refusalOf(Buffer.concat([bytes, bytes]))).toContain('bytes after the footer');
  });
});

describe('a portable file', () => {
  test('without entries is a header and a footer', async () => {
    const bytes = await portableBytes([]);
    expect(bytes).toHaveLength(FILE_HEADER_BYTES + FOOTER_BYTES);
    const { entries, totals } = await entriesIn(bytes);
    expect([entries, totals.entries, totals.bytes, String(totals.cursor)]).toEqual([
      [],
      0,
      0,
      String(exampleCursor),
    ]);
  });

  test('is as docs/portable-format.md shows it', async () => {
    const entry: KvEntry = { key: 'a', value: Uint8Array.of(1, 2), version: VersionToken.fromRevision(5) };
    expect((await portableBytes([entry], 'none')).toString('hex')).toBe(
      [
        '89534c500d0a1a0a01000000fe079ac5',
        '42000000000e0000000e00000001a5b8d6d3',
        '016108000000000000000502' + '0102',
        '45000000001d00000000000000017ea5ac74',
        '0108' + '0000000000000007' + '0a' + '746573742d65706f6368' + '000001b8dac5b400',
      ].join(''),
    );
  });

  test('whose blocks are left out, repeated or exchanged is refused', async () => {
    const a = await portableBytes([putUpdate('a', 1)], 'none');
    const b = await portableBytes([putUpdate('b', 2)], 'none');
    const header = a.subarray(0, FILE_HEADER_BYTES);
    const blockA = a.subarray(FILE_HEADER_BYTES, -FOOTER_BYTES);
    const blockB = b.subarray(FILE_HEADER_BYTES, -FOOTER_BYTES);
    const footer = a.subarray(-FOOTER_BYTES);
    expect(await refusalOf(Buffer.concat([header, blockB, footer]))).toBe('accepted');
    expect(await refusalOf(Buffer.concat([header, footer]))).toContain(
      'the footer says 1 entries, and there were 0',
    );
    expect(await refusalOf(Buffer.concat([header, blockA, blockB, footer]))).toContain('the footer says');
    expect(await refusalOf(Buffer.concat([header, blockA, blockA, footer]))).toContain('not after');
    expect(await refusalOf(Buffer.concat([header, blockB, blockA, footer]))).toContain('not after');
  });

  test('with more than the reader allows is refused at the block that goes past it', async () => {
    const bytes = await portableBytes([putUpdate('a', 1, new Uint8Array(1000))]);
    await expect(entriesIn(bytes, { maxBytes: 1000 })).rejects.toThrow(/more than 1000 bytes/);
    expect((await entriesIn(bytes, { maxBytes: 1013 })).totals.bytes).toBe(1013);
  });
});
