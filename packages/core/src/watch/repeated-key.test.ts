import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putUpdate } from '../testing/updates.js';
import { hasRepeatedKey } from './repeated-key.js';

const updatesOf = (keys: readonly string[]) => keys.map((key, index) => putUpdate(key, index + 1, ''));

test('a repeated key is found, and only that', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('a', 'b.c', 'b.c.d'), fc.nat(200).map(String));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300, size: 'max' }), (keys) => {
      expect(hasRepeatedKey(updatesOf(keys))).toBe(new Set(keys).size < keys.length);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('keys that differ long before their ends are told apart, however many', () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `service-${index}.instances.configuration`);
  expect(hasRepeatedKey(updatesOf(keys))).toBe(false);
  expect(hasRepeatedKey(updatesOf([...keys, keys[1_234] as string]))).toBe(true);
});

test('an empty batch has none', () => {
  expect(hasRepeatedKey([])).toBe(false);
});
