import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prefix, prefixes } from '../scope/watch-scope.js';
import { VersionToken } from './version-token.js';
import { WatchCursor } from './watch-cursor.js';

const cursors = fc
  .record({
    version: fc.uint8Array({ minLength: 1, maxLength: 10 }).map((bytes) => VersionToken.fromBytes(bytes)),
    epoch: fc.option(
      fc
        .string({
          maxLength: 60,
          unit: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 1 }), fc.constant('\ufeff')),
        })
        .filter((text) => encoded(text).length <= 255),
      { nil: undefined },
    ),
    at: fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
    scope: fc.constantFrom(undefined, prefix('a.').fingerprint, prefixes(['b', 'é']).fingerprint),
  })
  .map((parts) => WatchCursor.of(parts));

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('WatchCursor', () => {
  test('keeps version, epoch and time through text and bytes', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        for (const copy of [WatchCursor.parse(cursor.toString()), WatchCursor.fromBytes(cursor.toBytes())]) {
          expect(copy.equals(cursor)).toBe(true);
          expect([copy.at, copy.scope]).toEqual([cursor.at, cursor.scope]);
        }
      }),
    );
  });

  test('has the documented text and byte forms', () => {
    const cursor = WatchCursor.of({ version: VersionToken.fromRevision(258), epoch: 'e:1', at: 7 });
    expect(cursor.toString()).toBe('v1:0000000000000102:e%3A1:7');
    expect([...cursor.toBytes()]).toEqual([
      1, 8, 0, 0, 0, 0, 0, 0, 1, 2, 3, 101, 58, 49, 0, 0, 0, 0, 0, 0, 0, 7,
    ]);
    const scoped = WatchCursor.of({
      version: cursor.version,
      epoch: 'e:1',
      at: 7,
      scope: '00112233445566ff',
    });
    expect(scoped.toString()).toBe('v2:0000000000000102:e%3A1:7:00112233445566ff');
    expect([...scoped.toBytes()]).toEqual([
      2, 8, 0, 0, 0, 0, 0, 0, 1, 2, 3, 101, 58, 49, 0, 0, 0, 0, 0, 0, 0, 7, 0, 17, 34, 51, 68, 85, 102, 255,
    ]);
    expect(WatchCursor.none.toString()).toBe('v1:::');
    expect(WatchCursor.parse('v1:::')).toBe(WatchCursor.none);
    expect(WatchCursor.fromBytes(WatchCursor.none.toBytes())).toBe(WatchCursor.none);
  });

  test('a cursor is before the versions past its revision, as far as revisions tell', () => {
    const cursor = WatchCursor.of({ version: VersionToken.fromRevision(5) });
    expect([4, 5, 6].map((revision) => cursor.isBefore(VersionToken.fromRevision(revision)))).toEqual([
      false,
      false,
      true,
    ]);
    expect(cursor.isBefore(VersionToken.unknown)).toBe(false);
    expect(WatchCursor.none.isBefore(VersionToken.fromRevision(6))).toBe(false);
  });

  test('two cursors are equal by version and epoch, not by time', () => {
    const version = VersionToken.fromRevision(5);
    const cursor = WatchCursor.of({ version, epoch: 'a', at: 1 });
    expect(cursor.equals(WatchCursor.of({ version, epoch: 'a', at: 2 }))).toBe(true);
    expect(cursor.equals(WatchCursor.of({ version, epoch: 'b', at: 1 }))).toBe(false);
    expect(cursor.equals(WatchCursor.of({ version }))).toBe(false);
    expect(cursor.equals(WatchCursor.of({ version, epoch: 'a', scope: '00112233445566ff' }))).toBe(true);
    expect(cursor.equals(WatchCursor.none)).toBe(false);
  });

  test('text and bytes that are not a cursor are refused, never misread', () => {
    for (const text of [
      '',
      'v2:00::',
      'v2:00:::0',
      'v1:00:::00112233445566ff',
      'v3:00:::00112233445566ff',
      'v1:0::',
      'v1:00:',
      'v1:00:a:b:1',
      'v1:zz::',
      'v1:00::1.5',
      'v1:00:%E0%A4%A:',
      `v1:${'00'.repeat(11)}::`,
      'v1:00::9007199254740992',
      `v1:00:${'e'.repeat(256)}:`,
    ]) {
      expect(() => WatchCursor.parse(text), text).toThrow(TypeError);
    }
    const parts = { version: VersionToken.fromRevision(1), epoch: 'e' };
    const bytes = WatchCursor.of(parts).toBytes();
    for (const whole of [bytes, WatchCursor.of({ ...parts, scope: '00112233445566ff' }).toBytes()]) {
      for (let length = 0; length < whole.length; length++) {
        expect(() => WatchCursor.fromBytes(whole.subarray(0, length)), `${length} bytes`).toThrow(TypeError);
      }
    }
    const noTime = Array.from({ length: 8 }, () => 255);
    for (const foreign of [
      [1, 11, ...new Array(11).fill(0), 0, ...noTime],
      [1, 1, 0, 1, 255, ...noTime],
      [1, 1, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0],
    ]) {
      expect(() => WatchCursor.fromBytes(Uint8Array.from(foreign)), `${foreign}`).toThrow(TypeError);
    }
    expect(() => WatchCursor.fromBytes(Uint8Array.of(2, ...bytes.subarray(1)))).toThrow(TypeError);
    expect(() => WatchCursor.fromBytes(Uint8Array.of(...bytes, 0))).toThrow(TypeError);
  });

  test('whatever bytes and text there are, they are a cursor or a TypeError', () => {
    const outcome = (read: () => WatchCursor): boolean => {
      try {
        const cursor = read();
        return WatchCursor.fromBytes(cursor.toBytes()).toString() === cursor.toString();
      } catch (error) {
        return error instanceof TypeError;
      }
    };
    const tail = fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.of(bytes.length % 3, ...bytes));
    fc.assert(fc.property(tail, (bytes) => outcome(() => WatchCursor.fromBytes(bytes))));
    const text = fc.string({ unit: fc.constantFrom('0', 'f', ':', '%', 'e', '\ud800'), maxLength: 30 });
    fc.assert(
      fc.property(text, (rest) => outcome(() => WatchCursor.parse(`v${1 + (rest.length % 2)}:${rest}`))),
    );
  });

  test('an empty epoch is none', () => {
    const version = VersionToken.fromRevision(5);
    expect(WatchCursor.of({ version, epoch: '' }).equals(WatchCursor.of({ version }))).toBe(true);
  });

  test('parts out of range are refused', () => {
    const version = VersionToken.fromRevision(1);
    expect(() => WatchCursor.of({ version, epoch: 'a\ud800' })).toThrow(RangeError);
    for (const scope of ['', 'a.', '00112233445566FF']) {
      expect(() => WatchCursor.of({ version, scope })).toThrow(RangeError);
    }
    expect(() => WatchCursor.of({ version, epoch: 'é'.repeat(128) })).toThrow(RangeError);
    for (const at of [-1, 0.5, Number.NaN]) expect(() => WatchCursor.of({ version, at })).toThrow(RangeError);
  });
});
