import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareKeys } from './key-order.js';
import { compareBytes, prefixBounds } from './prefix-bounds.js';

const utf8 = (key: string): Uint8Array => new TextEncoder().encode(key);
/** Few letters, so that prefixes meet keys, and the borders where bytes and code units part. */
const letter = fc.constantFrom(
  'a',
  'b',
  '.',
  '\u0000',
  '\u007f',
  '\u0080',
  '\ud7ff',
  '\uffff',
  '😀',
  '\u{10ffff}',
);
const text = fc.array(letter, { maxLength: 4 }).map((letters) => letters.join(''));

describe('the bounds of a prefix', () => {
  test('hold exactly the keys that begin with it and are past after', () => {
    fc.assert(
      fc.property(text, text, fc.option(text, { nil: undefined }), (key, prefix, after) => {
        const { start, end } = prefixBounds(prefix, after);
        const bytes = utf8(key);
        const isInside =
          compareBytes(bytes, start) >= 0 && (end === undefined || compareBytes(bytes, end) < 0);
        const isAsked = key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0);
        expect(isInside).toBe(isAsked);
      }),
      { numRuns: 2_000 },
    );
  });

  test('of everything have no end', () => {
    expect(prefixBounds('')).toEqual({ start: new Uint8Array(), end: undefined });
  });

  test('of what has no UTF-8 form are refused', () => {
    expect(() => prefixBounds('a\ud800')).toThrow(new TypeError('prefix "a\\ud800" has a lone surrogate'));
    expect(() => prefixBounds('a', '\udc00')).toThrow(new TypeError('after "\\udc00" has a lone surrogate'));
  });
});

describe('the order of bytes', () => {
  test('is that of keys', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(utf8(a), utf8(b)))).toBe(Math.sign(compareKeys(a, b)));
      }),
    );
  });
});
