import { expect, test } from 'vitest';
import { median, percentile, spread } from './statistics.js';

test('the median is the middle one, or between the two in the middle, in whatever order', () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 3])).toBe(4);
  expect(() => median([])).toThrow(RangeError);
});

test('a percentile is a measured value that the given share does not exceed', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 0.99)).toBe(198);
  expect(percentile(values, 1)).toBe(200);
  expect(percentile([7], 0.5)).toBe(7);
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test('the spread reaches from the least to the greatest, as a share of the median', () => {
  expect(spread([2])).toBe(0);
  expect(spread([8, 10, 13])).toBe(0.5);
  expect(spread([0, 0])).toBe(0);
});
