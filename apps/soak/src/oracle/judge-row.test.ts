import { expect, test } from 'vitest';
import { judgeRow, type RowQuestion } from './judge-row.js';

const value = { revision: 5, value: 'five', sentAt: 0 };
const marker = { revision: 5, value: undefined, sentAt: 0 };
const verdictOf = (question: Partial<RowQuestion>): string =>
  judgeRow({
    line: value,
    held: undefined,
    seenAt: 0,
    evictedBelow: 0,
    isRevivable: () => false,
    ...question,
  }).kind;

test('exactly the last write is right', () => {
  expect(verdictOf({ held: { revision: 5, value: 'five' } })).toBe('right');
  expect(verdictOf({ line: marker })).toBe('right');
});

test.each([
  ['a lost update', undefined],
  ['a stale row', { revision: 4, value: 'four' }],
  ['a row from the future', { revision: 6, value: 'five' }],
  ['another value at the same revision', { revision: 5, value: 'mutated' }],
])('%s is wrong', (_, held) => {
  expect(verdictOf({ held })).toBe('wrong');
});

test('an extra key is wrong, whether deleted or never written', () => {
  expect(verdictOf({ line: marker, held: { revision: 4, value: 'four' } })).toBe('wrong');
  expect(verdictOf({ line: { ...marker, revision: 0 }, held: { revision: 4, value: 'four' } })).toBe('wrong');
});

test('a value may be gone when its time is over, and not before', () => {
  const line = { ...value, ttlMs: 1_000 };
  expect(verdictOf({ line, seenAt: 999 })).toBe('wrong');
  expect(verdictOf({ line, seenAt: 1_000 })).toBe('right');
});

test('a value may be gone when the bucket has nothing so old any more, and not above that', () => {
  expect(verdictOf({ evictedBelow: 5 })).toBe('wrong');
  expect(verdictOf({ evictedBelow: 6 })).toBe('right');
  expect(verdictOf({ evictedBelow: 6, held: { revision: 4, value: 'four' } })).toBe('wrong');
});

test('what the server revived is recognised, and does not excuse a missing key', () => {
  const isRevivable = (revision: number): boolean => revision === 4;
  expect(verdictOf({ line: marker, held: { revision: 4, value: 'four' }, isRevivable })).toBe('revived');
  expect(verdictOf({ line: marker, held: { revision: 3, value: 'three' }, isRevivable })).toBe('wrong');
  expect(verdictOf({ isRevivable })).toBe('wrong');
});
