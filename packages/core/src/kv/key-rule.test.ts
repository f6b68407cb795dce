import { describe, expect, test } from 'vitest';
import { SlipstreamError } from '../errors/slipstream-error.js';
import { assertKey, assertPrefix, isValidKey, isValidPrefix } from './key-rule.js';

const valid = ['a', 'A.b', 'route.svc-1', 'a/b=c_d', '0', '-', '_', '=', '/', 'a.b.c.d', 'x'.repeat(4_000)];
const invalid = [
  '',
  '.',
  '.a',
  'a.',
  'a..b',
  '..',
  'a b',
  'a*',
  '*',
  '>',
  'a.>',
  'ä',
  'a\n',
  '\u0000',
  'a\\b',
  '😀',
];

describe('the rule for keys', () => {
  test.each(valid)('accepts %j', (key) => {
    expect(isValidKey(key)).toBe(true);
    expect(() => assertKey(key)).not.toThrow();
  });

  test.each(invalid)('refuses %j', (key) => {
    expect(isValidKey(key)).toBe(false);
    expect(() => assertKey(key, 'routes')).toThrow(/bucket routes: invalid key/);
  });

  test('a refusal has the code INVALID_KEY and says what is allowed', () => {
    try {
      assertKey('a b');
      expect.unreachable();
    } catch (error) {
      expect(SlipstreamError.is(error, 'INVALID_KEY')).toBe(true);
      expect((error as SlipstreamError).message).toBe('invalid key "a b"');
      expect((error as SlipstreamError).hint).toContain('single dots');
    }
  });

  test('something else than a string is a mistake of the caller', () => {
    expect(() => assertKey(7 as unknown as string)).toThrow(new TypeError('a key is a string, not number'));
    expect(() => assertPrefix(undefined as unknown as string)).toThrow(TypeError);
  });
});

describe('the rule for prefixes', () => {
  test('every beginning of a valid key is a valid prefix', () => {
    for (const key of valid) {
      for (let length = 0; length <= Math.min(key.length, 20); length++) {
        expect(isValidPrefix(key.slice(0, length)), key.slice(0, length)).toBe(true);
      }
    }
  });

  test.each(['.', '.a', 'a..', 'a..b', '*', 'a.>', 'a b', 'ä'])(
    'refuses %j, which begins no key',
    (prefix) => {
      expect(isValidPrefix(prefix)).toBe(false);
      expect(() => assertPrefix(prefix, 'routes')).toThrow(/bucket routes: invalid prefix/);
    },
  );
});
