import { expect, test } from 'vitest';
import type { KvUpdate } from '../kv/kv-entry.js';
import { putUpdate } from '../testing/updates.js';
import { assertUpdates, MAX_KEY_BYTES, MAX_VALUE_BYTES } from './assert-updates.js';

const check = (key: string, value: Uint8Array = new Uint8Array(0)): void =>
  assertUpdates([putUpdate('fine', 1), putUpdate(key, 2, value)], 'fold');
const coded = (code: string): unknown => expect.objectContaining({ code });

test('the longest keys and values pass, and are refused from the first byte past that', () => {
  check('k'.repeat(MAX_KEY_BYTES));
  check('k', new Uint8Array(MAX_VALUE_BYTES));
  expect(() => check('k'.repeat(MAX_KEY_BYTES + 1))).toThrow(coded('LIMIT_EXCEEDED'));
  expect(() => check('€'.repeat(21_846))).toThrow(coded('LIMIT_EXCEEDED'));
  expect(() => check('k', new Uint8Array(MAX_VALUE_BYTES + 1))).toThrow(coded('LIMIT_EXCEEDED'));
});

test('an empty key, and one that UTF-8 cannot carry, are refused', () => {
  expect(() => check('')).toThrow(coded('INVALID_KEY'));
  expect(() => check('a\ud800')).toThrow(coded('INVALID_KEY'));
});

test('what is not an update is a mistake of the caller', () => {
  expect(() => assertUpdates([{ ...putUpdate('k', 1), key: 7 } as unknown as KvUpdate], 'fold')).toThrow(
    TypeError,
  );
  expect(() => assertUpdates([{ ...putUpdate('k', 1), value: 'v' } as unknown as KvUpdate], 'fold')).toThrow(
    TypeError,
  );
});
