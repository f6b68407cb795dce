import { zstdCompressSync } from 'node:zlib';
import { MAX_VALUE_BYTES, SlipstreamError } from '@slipstream/core';
import { cursorAt } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { entriesIn } from '../../test/fixtures/portable-bytes.js';
import { BlockDecoder } from './block-decoder.js';
import { decompress, requireZstd } from './compression.js';
import { encodeBlockFrame, encodeFileHeader, encodeFooter } from './frame.js';
import { MAX_BLOCK_BYTES, STORED_PLAIN, STORED_ZSTD } from './portable-format.js';

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (SlipstreamError.is(error, 'ARTIFACT_INVALID')) return error.message;
    throw error;
  }
  return 'accepted';
}

/** A payload that is written down byte by byte, with a right checksum although it is malformed. */
function decoded(bytes: readonly number[], count: number): string {
  return refusalOf(() => new BlockDecoder().decode(Uint8Array.from(bytes), count));
}

const a = 0x61;
const b = 0x62;

describe('a payload with a right checksum', () => {
  test('and one whole entry is accepted', () => {
    expect(decoded([1, a, 0, 0], 1)).toBe('accepted');
    expect(decoded([1, a, 2, 9, 9, 3, 1, 2, 3], 1)).toBe('accepted');
    expect(decoded([0x81, 0x00, a, 0, 0], 1)).toContain('is not a number');
  });

  test.each<[string, readonly number[], number, string]>([
    ['more entries than it has', [1, a, 0, 0], 2, 'is not a number'],
    ['fewer entries than it has', [1, a, 0, 0, 1, b, 0, 0], 1, '4 trailing bytes'],
    ['2^32-1 entries', [1, a, 0, 0], 0xffff_ffff, 'is not a number'],
    ['an empty key', [0, 0, 0], 1, 'is not after'],
    ['a key that ends after the payload', [9, a, 0, 0], 1, 'a key at byte 1 of a block is too long: 9 bytes'],
    [
      'a value that ends after the payload',
      [1, a, 0, 9, 1],
      1,
      'a value at byte 4 of a block is too long: 9 bytes',
    ],
    ['a value of 2^35-1 bytes', [1, a, 0, 0xff, 0xff, 0xff, 0xff, 0x7f], 1, 'is too long'],
    ['a length without an end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], 1, 'is not a number'],
    ['a version of 11 bytes', [1, a, 11, ...new Array<number>(11).fill(0), 0], 1, 'a version at byte 3'],
    ['keys out of order', [1, b, 0, 0, 1, a, 0, 0], 2, 'key "a" is not after "b"'],
    ['a key twice', [1, a, 0, 0, 1, a, 0, 0], 2, 'key "a" is not after "a"'],
    ['a key that is not UTF-8', [1, 0xff, 0, 0], 1, 'is not UTF-8'],
    ['a key in an overlong form', [2, 0xc1, 0xa1, 0, 0], 1, 'is not UTF-8'],
    ['a key with half a surrogate pair', [3, 0xed, 0xa0, 0x80, 0, 0], 1, 'is not UTF-8'],
  ])('and %s is refused', (_, bytes, count, reason) => expect(decoded(bytes, count)).toContain(reason));

  test('and a key or value that no fold takes is refused', () => {
    const filled = (length: number): number[] => new Array<number>(length).fill(a);
    expect(decoded([0xff, 0xff, 0x03, ...filled(0xffff), 0, 0], 1)).toBe('accepted');
    expect(decoded([0x80, 0x80, 0x04, ...filled(0x1_0000), 0, 0], 1)).toContain('a key at byte 3');
    const value = new Uint8Array(8 + MAX_VALUE_BYTES);
    value.set([1, a, 0, 0x80, 0x80, 0x80, 0x20]);
    expect(refusalOf(() => new BlockDecoder().decode(value.subarray(0, -1), 1))).toBe('accepted');
    value[3] = 0x81;
    expect(refusalOf(() => new BlockDecoder().decode(value, 1))).toContain('a value at byte 7');
  });

  test('and a key that holds the replacement character itself is accepted', () => {
    expect(new BlockDecoder().decode(Uint8Array.of(3, 0xef, 0xbf, 0xbd, 0, 0), 1)[0]?.key).toBe('\ufffd');
  });

  test('and a byte order mark at the beginning of a key keeps it', () => {
    expect(new BlockDecoder().decode(Uint8Array.of(3, 0xef, 0xbb, 0xbf, 0, 0), 1)[0]?.key).toBe('\ufeff');
  });
});

describe('a file of hostile blocks', () => {
  const frameOf = (frame: Partial<Parameters<typeof encodeBlockFrame>[0]>, payload: Uint8Array): Buffer =>
    Buffer.concat([
      encodeFileHeader(),
      encodeBlockFrame(
        { storage: STORED_ZSTD, storedBytes: payload.length, rawBytes: 1 << 20, entries: 1, ...frame },
        payload,
      ),
      payload,
      encodeFooter(1, cursorAt(7)),
    ]);
  const refused = async (bytes: Buffer): Promise<string> => {
    try {
      await entriesIn(bytes, { pieceBytes: 1e6 });
    } catch (error) {
      return SlipstreamError.is(error, 'ARTIFACT_INVALID') ? error.message : String(error);
    }
    return 'accepted';
  };

  test('cannot make a reader decompress more than they declare', async () => {
    const bomb = zstdCompressSync(new Uint8Array(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(10_000);
    expect(await refused(frameOf({ rawBytes: 1 << 20 }, bomb))).toContain(
      'does not decompress into 1048576 bytes',
    );
  });

  test('cannot declare more than a block may have, or a payload that the file has no room for', async () => {
    const payload = new Uint8Array(10);
    expect(await refused(frameOf({ rawBytes: MAX_BLOCK_BYTES + 1 }, payload))).toContain('impossible');
    expect(await refused(frameOf({ storedBytes: 11, rawBytes: 10 }, payload))).toContain('impossible');
    expect(await refused(frameOf({ storedBytes: 1 << 19 }, payload))).toContain('longer than the file');
    expect(await refused(frameOf({ entries: 0 }, payload))).toContain('without entries');
    expect(await refused(frameOf({ storage: 7 as 1 }, payload))).toContain('stored in an unknown way: 7');
  });

  test('are refused when they decompress into less than declared, or not at all', async () => {
    expect(await refused(frameOf({}, zstdCompressSync(new Uint8Array(10))))).toContain('has 10 bytes, not');
    expect(await refused(frameOf({}, Buffer.from('no zstd')))).toContain('does not decompress');
    const plain = { storage: STORED_PLAIN, rawBytes: 5 } as const;
    expect(await refused(frameOf(plain, Uint8Array.of(1, a, 0, 0)))).toContain('has 4 bytes, not the 5');
  });
});

describe('a compressed payload', () => {
  const payload = Buffer.from([1, a, 0, 0]);
  const frame = zstdCompressSync(payload);

  test.each<[string, Uint8Array]>([
    ['noise', Buffer.from('noise')],
    ['zeros', new Uint8Array(8)],
    ['a frame of nothing', zstdCompressSync(new Uint8Array(0))],
    ['the same frame', frame],
    ['a frame to be skipped', Buffer.from('502a4d1803000000616263', 'hex')],
  ])('that has %s after its frame is refused', async (_, trailing) => {
    const block = { storage: STORED_ZSTD, payload: Buffer.concat([frame, trailing]) } as const;
    await expect(decompress(block, payload.length)).rejects.toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_INVALID',
        message: `a block has ${trailing.length} trailing bytes after its zstd frame`,
      }),
    );
  });

  test('of one frame is accepted', async () => {
    expect(await decompress({ storage: STORED_ZSTD, payload: frame }, payload.length)).toEqual(payload);
  });
});

test('a runtime without zstd is told what to do', () => {
  expect(() => requireZstd({})).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('22.15') }),
  );
});
