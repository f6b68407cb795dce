import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { benchKey, benchValue, KEY_BYTES, shuffledPlaces, VALUE_BYTES } from './bench-entries.js';

test('keys are of one length, in the order of their places, and valid in every bucket', () => {
  const keys = [0, 1, 999, 1_000, 123_456, 9_999_999].map(benchKey);
  expect(keys).toEqual(keys.toSorted());
  for (const key of keys) {
    expect(Buffer.byteLength(key)).toBe(KEY_BYTES);
    expect(key).toMatch(/^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$/);
  }
});

test('values are the same at each run, differ by key and round, and cannot be compressed', () => {
  expect(benchValue(7)).toEqual(benchValue(7));
  expect(benchValue(7)).not.toEqual(benchValue(8));
  expect(benchValue(7)).not.toEqual(benchValue(7, 1));
  const many = Buffer.concat(Array.from({ length: 200 }, (_, place) => benchValue(place)));
  expect(many).toHaveLength(200 * VALUE_BYTES);
  expect(deflateRawSync(many).length).toBeGreaterThan(many.length * 0.99);
});

test('the order of writing has each place once, is shuffled, and always the same', () => {
  const places = shuffledPlaces(1_000);
  expect(places).toEqual(shuffledPlaces(1_000));
  expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, place) => place));
  const inOrder = places.filter((place, index) => place === index).length;
  expect(inOrder).toBeLessThan(20);
});
