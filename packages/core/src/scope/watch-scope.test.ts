import fc from 'fast-check';
import { expect, test } from 'vitest';
import { all, prefix, prefixes, WatchScope } from './watch-scope.js';

const keys = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 });

test('a scope includes exactly what one of its prefixes begins', () => {
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 6 }), keys, (starts, key) => {
      expect(prefixes(starts).includes(key)).toBe(starts.some((start) => key.startsWith(start)));
    }),
  );
});

test('duplicates and contained prefixes are dropped, because overlapping filters are refused by servers', () => {
  expect(prefixes(['b.', 'a.x.', 'a.', 'b.', 'ab']).prefixes).toEqual(['a.', 'ab', 'b.']);
  expect(prefixes(['a.', '']).isAll).toBe(true);
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 6 }), (starts) => {
      const kept = prefixes(starts).prefixes;
      for (const one of kept)
        for (const other of kept) expect(one !== other && one.startsWith(other)).toBe(false);
    }),
  );
});

test('a prefix may end inside a token', () => {
  expect(prefix('rou').includes('route.1')).toBe(true);
  expect(prefix('a.').includes('aa')).toBe(false);
});

test('scopes are equal when they include the same keys', () => {
  expect(prefixes(['b.', 'a.']).equals(prefixes(['a.', 'b.', 'a.x']))).toBe(true);
  expect(prefix('a.').equals(all())).toBe(false);
  expect(`${all()}; ${prefixes(['b.', 'a.'])}`).toBe('all keys; a.*, b.*');
});

test('an empty list and prefixes that are not strings are refused', () => {
  expect(() => prefixes([])).toThrow(/all\(\) follows every key/);
  expect(() => WatchScope.of([7 as unknown as string])).toThrow(TypeError);
});
