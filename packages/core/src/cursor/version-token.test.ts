import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_VERSION_BYTES, VersionToken } from './version-token.js';

const revisions = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const versions = fc.uint8Array({ minLength: 1, maxLength: MAX_VERSION_BYTES });

describe('VersionToken', () => {
  test('keeps every u64 revision through number, bytes and text', () => {
    fc.assert(
      fc.property(revisions, (revision) => {
        const token = VersionToken.fromRevision(revision);
        expect(token.revision).toBe(revision);
        expect(token.bytes).toHaveLength(8);
        expect(VersionToken.fromBytes(token.bytes).equals(token)).toBe(true);
        expect(VersionToken.parse(token.toString()).revision).toBe(revision);
      }),
    );
  });

  test('a number and a bigint of the same revision make equal tokens', () => {
    const revision = 2 ** 40 + 5;
    expect(VersionToken.fromRevision(revision).equals(VersionToken.fromRevision(BigInt(revision)))).toBe(
      true,
    );
    expect(VersionToken.fromRevision(revision).toString()).toBe('0000010000000005');
  });

  test('keeps opaque bytes of any length up to ten, and only eight of them are a revision', () => {
    fc.assert(
      fc.property(versions, (bytes) => {
        const token = VersionToken.fromBytes(bytes);
        expect(token.bytes).toEqual(bytes);
        expect(token.revision === undefined).toBe(bytes.length !== 8);
        expect(token.isUnknown).toBe(false);
        expect(VersionToken.parse(token.toString()).equals(token)).toBe(true);
      }),
    );
  });

  test('is written into a buffer as its bytes are', () => {
    const tokens = fc.oneof(
      revisions.map((revision) => VersionToken.fromRevision(revision)),
      versions.map((bytes) => VersionToken.fromBytes(bytes)),
      fc.constant(VersionToken.unknown),
    );
    fc.assert(
      fc.property(tokens, (token) => {
        const target = new Uint8Array(token.byteLength + 2).fill(7);
        token.copyTo(target, 1);
        expect([...target]).toEqual([7, ...token.bytes, 7]);
      }),
    );
  });

  test('is not changed by a later change of the bytes it was made of', () => {
    for (const bytes of [Uint8Array.of(1, 2, 3), Buffer.of(1, 2, 3)]) {
      const token = VersionToken.fromBytes(bytes);
      bytes[0] = 9;
      expect(token.toString()).toBe('010203');
    }
  });

  test('tokens of different lengths differ, and unknown equals only itself', () => {
    const zero = VersionToken.fromRevision(0);
    expect(zero.equals(VersionToken.fromBytes(new Uint8Array(3)))).toBe(false);
    expect(zero.equals(VersionToken.unknown)).toBe(false);
    expect(VersionToken.fromBytes(new Uint8Array(0))).toBe(VersionToken.unknown);
    expect(VersionToken.unknown.isUnknown).toBe(true);
    expect(VersionToken.unknown.revision).toBeUndefined();
    expect(JSON.stringify(VersionToken.unknown)).toBe('""');
  });

  test('refuses what is not a revision, not hexadecimal, or too long', () => {
    for (const revision of [-1, 1.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n]) {
      expect(() => VersionToken.fromRevision(revision)).toThrow(RangeError);
    }
    expect(() => VersionToken.fromBytes(new Uint8Array(11))).toThrow(RangeError);
    for (const text of ['abc', 'zz', '0x01']) expect(() => VersionToken.parse(text)).toThrow(TypeError);
  });
});
