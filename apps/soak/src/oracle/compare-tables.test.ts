import { expect, test } from 'vitest';
import { compareTables, describeDifference } from './compare-tables.js';

const bucket = new Map([
  ['a', { revision: 1, value: 'one' }],
  ['b', { revision: 2, value: 'two' }],
]);

test('equal tables have no differences, in whatever order their keys are', () => {
  expect(compareTables(bucket, new Map([...bucket].reverse()))).toEqual([]);
});

test.each([
  ['a key that is missing', new Map([...bucket].slice(1)), 'a'],
  ['a key too many', new Map([...bucket, ['c', { revision: 3, value: 'three' }]]), 'c'],
  ['another version', new Map([...bucket, ['b', { revision: 1, value: 'two' }]]), 'b'],
  ['another value', new Map([...bucket, ['b', { revision: 2, value: 'twO' }]]), 'b'],
])('%s is a difference', (_, fold, key) => {
  expect(compareTables(bucket, fold).map((difference) => difference.key)).toEqual([key]);
});

test('a difference names the key and both sides', () => {
  const [difference] = compareTables(bucket, new Map([...bucket].slice(1)));
  expect(difference && describeDifference(difference)).toBe(
    'a: in the bucket revision 1 = one, in the fold nothing',
  );
});
