import { SlipstreamError } from '@slipstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64KeyCodec, plainKeyCodec } from './key-codec.js';

describe('base64KeyCodec', () => {
  test('gives back every key, and writes only what a subject may have', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(key, (text) => {
        const tokens = base64KeyCodec.encode(text, 'b');
        expect(() => plainKeyCodec.encode(tokens, 'b')).not.toThrow();
        expect(base64KeyCodec.decode(tokens)).toBe(text);
      }),
      { seed: 1 },
    );
  });

  test.each(['.', '..', 'a..b', '.a', 'a.', 'a b', 'é.ü', '*', '>', '😀'])(
    'keeps the tokens of %j',
    (key) => {
      const tokens = base64KeyCodec.encode(key, 'b');
      expect(tokens.split('.')).toHaveLength(key.split('.').length);
      expect(base64KeyCodec.decode(tokens)).toBe(key);
    },
  );

  test.each(['', 'a\ud800'])('refuses %j with INVALID_KEY', (key) => {
    expect(() => base64KeyCodec.encode(key, 'b')).toThrow(
      expect.toSatisfy((error) => SlipstreamError.is(error, 'INVALID_KEY')),
    );
  });

  test.each(['a', 'not base64!', 'YQ=='])('does not decode %j, which it would never write', (tokens) => {
    expect(base64KeyCodec.decode(tokens)).toBeUndefined();
  });

  test('leaves the token that a prefix does not end out of its filter', () => {
    expect(base64KeyCodec.wholeTokens('a b.c', 'b')).toBe(`${base64KeyCodec.encode('a b', 'b')}.`);
    expect(base64KeyCodec.wholeTokens('a b', 'b')).toBe('');
  });
});
