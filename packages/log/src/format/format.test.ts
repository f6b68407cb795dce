import { VersionToken } from '@slipstream/core';
import { deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { decodeFileHeader, encodeFileHeader } from './file-header.js';
import { decodeFrameHeader, FRAME_HEADER_BYTES, sealFrame, verifiedChecksum } from './frame.js';
import { decodeEntry, encodeRecord, isIntact, recordBytesAtMost, summarizeRecord } from './record.js';

// The examples of docs/log-format.md: what is on disks does not change with the code.
const identity = Uint8Array.from({ length: 16 }, (_, index) => index);

describe('the file header', () => {
  test('has the bytes that version 1 has', () => {
    expect(encodeFileHeader(identity).toString('hex')).toBe(
      '89534c4f470d0a1a00000001000102030405060708090a0b0c0d0e0fcf86bbe2',
    );
  });

  test('tells damage, other versions and other files apart', () => {
    const header = encodeFileHeader(identity);
    expect(decodeFileHeader(header)).toEqual({ kind: 'readable', seed: expect.any(Number) });
    expect(decodeFileHeader(header.subarray(0, 31))).toEqual({ kind: 'damaged' });
    expect(decodeFileHeader(Buffer.alloc(0))).toEqual({ kind: 'damaged' });
    expect(decodeFileHeader(Buffer.alloc(32))).toEqual({ kind: 'damaged' });
    expect(decodeFileHeader(Buffer.from('SQLite format 3\0and so on and so on'))).toEqual({ kind: 'no-log' });
    expect(decodeFileHeader(Buffer.from('text'))).toEqual({ kind: 'no-log' });
    for (let at = 0; at < 32; at++) {
      const damaged = Buffer.from(header);
      damaged[at] = (damaged[at] as number) ^ 0x40;
      expect(decodeFileHeader(damaged), `byte ${at}`).toEqual({ kind: 'damaged' });
    }
  });
});

describe('a frame', () => {
  const sealed = () => {
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + 5 + 4);
    frame.write('body!', FRAME_HEADER_BYTES);
    sealFrame(frame, 7, { number: 2 ** 40, durableLength: 2 ** 41 + 1, previousChecksum: 3 }, 2);
    return frame;
  };

  test('has the bytes that version 1 has', () => {
    expect(sealed().toString('hex')).toBe(
      '534c4652b5957bda00000100000000000000020000000001000000050000000300020000626f6479213f00c3e0',
    );
  });

  test('reads back what was written, with numbers beyond 32 bits', () => {
    expect(decodeFrameHeader(sealed(), 7)).toEqual({
      number: 2 ** 40,
      durableLength: 2 ** 41 + 1,
      previousChecksum: 3,
      bodyLength: 5,
      cursorLength: 2,
    });
  });

  test('is not a frame of a file with another seed', () => {
    expect(decodeFrameHeader(sealed(), 8)).toBeUndefined();
    expect(verifiedChecksum(sealed(), 8)).toBeUndefined();
  });

  test('with any flipped bit is not a frame', () => {
    for (let bit = 0; bit < sealed().length * 8; bit++) {
      const frame = sealed();
      frame[bit >> 3] = (frame[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verifiedChecksum(frame, 7), `bit ${bit}`).toBeUndefined();
    }
  });
});

describe('a record', () => {
  const encoded = (update = putUpdate('ключ', 258, 'on')) => {
    const target = Buffer.alloc(recordBytesAtMost(update));
    return target.subarray(0, encodeRecord(target, 0, update));
  };

  test('has the bytes that version 1 has', () => {
    expect(encoded().toString('hex')).toBe('9043bad001080008000000020000000000000102d0bad0bbd18ed1876f6e');
    expect(encoded(deleteUpdate('k', 1)).toString('hex')).toBe('d9c3575d02000001000000006b');
  });

  test('reads back what was written', () => {
    const record = encoded();
    const summary = summarizeRecord(record, 0);
    expect(summary).toMatchObject({ isPut: true, length: record.length });
    expect(record.toString('utf8', summary?.keyStart, summary?.keyEnd)).toBe('ключ');
    const entry = decodeEntry('ключ', record);
    expect(entry).toMatchObject({ key: 'ключ', value: new Uint8Array([0x6f, 0x6e]) });
    expect(entry.version.equals(VersionToken.fromRevision(258))).toBe(true);
  });

  test('hands out a value that does not change with the buffer it came from', () => {
    const record = encoded();
    const { value } = decodeEntry('ключ', record);
    record.fill(0);
    expect(value).toEqual(new Uint8Array([0x6f, 0x6e]));
    expect(value.buffer.byteLength).toBe(2);
  });

  test('keeps the longest version, the empty value and the unknown version', () => {
    const version = VersionToken.fromBytes(new Uint8Array(10).fill(9));
    const longest = decodeEntry('k', encoded({ kind: 'put', key: 'k', value: new Uint8Array(0), version }));
    expect(longest.version.equals(version)).toBe(true);
    expect(longest.value).toHaveLength(0);
    const unknown = encoded({
      kind: 'put',
      key: 'k',
      value: new Uint8Array(1),
      version: VersionToken.unknown,
    });
    expect(decodeEntry('k', unknown).version.isUnknown).toBe(true);
  });

  test('with any flipped bit is not intact', () => {
    for (let bit = 0; bit < encoded().length * 8; bit++) {
      const record = encoded();
      record[bit >> 3] = (record[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(isIntact(record), `bit ${bit}`).toBe(false);
    }
    expect(isIntact(encoded().subarray(0, 8))).toBe(false);
  });

  test('that breaks the format is none', () => {
    const broken = (at: number, byte: number, record = encoded()): Buffer => {
      record[at] = byte;
      return Buffer.concat([record, Buffer.alloc(300)]);
    };
    expect(summarizeRecord(broken(4, 3), 0), 'kind 3').toBeUndefined();
    expect(summarizeRecord(broken(5, 11), 0), 'a version of 11 bytes').toBeUndefined();
    expect(summarizeRecord(broken(7, 0), 0), 'no key').toBeUndefined();
    const removal = () => encoded(deleteUpdate('k', 1));
    expect(summarizeRecord(broken(5, 1, removal()), 0), 'a removal with a version').toBeUndefined();
    expect(summarizeRecord(broken(11, 1, removal()), 0), 'a removal with a value').toBeUndefined();
  });

  test('that ends past its frame is none', () => {
    const record = encoded();
    for (let length = 0; length < record.length; length++) {
      expect(summarizeRecord(record.subarray(0, length), 0), `${length} bytes`).toBeUndefined();
    }
  });
});
