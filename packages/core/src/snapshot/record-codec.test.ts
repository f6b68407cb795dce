import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_VERSION_BYTES, VersionToken } from '../cursor/version-token.js';
import {
  decodeRecord,
  encodeRecord,
  RECORD_OVERHEAD_BYTES,
  recordLength,
  writeRecord,
} from './record-codec.js';

const version = fc.uint8Array({ maxLength: MAX_VERSION_BYTES }).map((bytes) => VersionToken.fromBytes(bytes));
const value = fc.uint8Array({ maxLength: 100 });

describe('a record', () => {
  test('has version and value, whatever their bytes and lengths', () => {
    fc.assert(
      fc.property(version, value, (token, bytes) => {
        const record = encodeRecord(token, bytes);
        expect(record.length - bytes.length).toBeLessThanOrEqual(RECORD_OVERHEAD_BYTES);
        const entry = decodeRecord('k', record);
        expect(entry?.value).toEqual(bytes);
        expect(entry?.version.equals(token)).toBe(true);
      }),
    );
  });

  test('is written where it is asked for, and touches nothing around', () => {
    const token = VersionToken.fromRevision(7);
    const bytes = new Uint8Array([1, 2, 3]);
    const target = new Uint8Array(40).fill(0xee);
    const end = writeRecord(target, 5, token, bytes);
    expect(end - 5).toBe(recordLength(token, bytes));
    expect(target.subarray(5, end)).toEqual(encodeRecord(token, bytes));
    expect(new Set([...target.subarray(0, 5), ...target.subarray(end)])).toEqual(new Set([0xee]));
  });

  test('gives a value that is not a view of it, also when it is a Buffer', () => {
    const record = Buffer.from(encodeRecord(VersionToken.fromRevision(7), new Uint8Array([1, 2])));
    const entry = decodeRecord('k', record);
    record.fill(9);
    expect(entry?.value).toEqual(new Uint8Array([1, 2]));
    expect(entry?.value.buffer.byteLength).toBe(2);
    expect(entry?.version.revision).toBe(7n);
  });

  test('that its reader owns is not copied', () => {
    const record = encodeRecord(VersionToken.fromRevision(7), new Uint8Array([1, 2]));
    const entry = decodeRecord('k', record, true);
    expect(entry?.value).toEqual(new Uint8Array([1, 2]));
    expect(entry?.value.buffer).toBe(record.buffer);
  });

  test.each([0n, 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n])(
    'keeps revision %s exactly',
    (revision) => {
      const record = encodeRecord(VersionToken.fromRevision(revision), new Uint8Array());
      expect(decodeRecord('k', record)?.version.revision).toBe(revision);
    },
  );

  test('that is empty, cut in its version, or has too long a one, is none', () => {
    expect(decodeRecord('k', new Uint8Array())).toBeUndefined();
    expect(decodeRecord('k', new Uint8Array([3, 1, 2]))).toBeUndefined();
    expect(decodeRecord('k', new Uint8Array(60).fill(MAX_VERSION_BYTES + 1))).toBeUndefined();
  });
});
