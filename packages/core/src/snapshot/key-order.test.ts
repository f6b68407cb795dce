import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesToHex } from '../bytes.js';
import { compareKeys, compareUnits, hasSurrogates } from './key-order.js';

const bytesOf = (key: string): string => bytesToHex(new TextEncoder().encode(key));
const sign = (order: number): number => Math.sign(order);
/** Around the borders where code units and code points part. */
const border = fc.constantFrom(
  'a',
  'b',
  '\u007f',
  '\u0080',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '\u{10000}',
  '\u{10ffff}',
);
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(border, { maxLength: 4 }).map((units) => units.join('')),
);

describe('the order of keys', () => {
  test('is the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const expected = bytesOf(a) < bytesOf(b) ? -1 : bytesOf(a) > bytesOf(b) ? 1 : 0;
        expect(sign(compareKeys(a, b))).toBe(expected);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test('is that of code units as long as neither key has surrogates', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(!hasSurrogates(a) && !hasSurrogates(b));
        expect(compareUnits(a, b)).toBe(sign(compareKeys(a, b)));
      }),
      { numRuns: 2_000, seed: 1 },
    );
    expect(sign(compareKeys('😀', '\uffff'))).toBe(1);
    expect(compareUnits('😀', '\uffff')).toBe(-1);
  });
});
