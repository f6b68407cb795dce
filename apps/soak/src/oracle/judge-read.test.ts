import { VersionToken, WatchCursor } from '@slipstream/core';
import { beforeEach, expect, test } from 'vitest';
import { judgeRead, type ReadAnswer, type ReadQuestion } from './judge-read.js';
import { Ledger } from './ledger.js';

const EPOCH = 'second';
let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger();
  ledger.acknowledge(ledger.begin('k', { value: 'three', sentAt: 0 }), 3);
  ledger.acknowledge(ledger.begin('k', { value: 'five', sentAt: 0 }), 5);
});

const answer = (applied: number, row?: ReadAnswer['row'], epoch = EPOCH): ReadAnswer => ({
  applied: WatchCursor.of({ version: VersionToken.fromRevision(applied), epoch }).toString(),
  row,
});
const verdictOf = (given: ReadAnswer, question: Partial<ReadQuestion> = {}): string =>
  judgeRead(given, {
    key: 'k',
    epoch: EPOCH,
    ledger,
    before: ledger.certain('k'),
    seenAt: 0,
    evictedBelow: 0,
    isOfFormer: () => false,
    ...question,
  }).kind;

test('a node that has applied the last write has to return it', () => {
  expect(verdictOf(answer(5, { revision: 5, value: 'five' }))).toBe('right');
  expect(verdictOf(answer(9, { revision: 5, value: 'five' }))).toBe('right');
});

test.each([
  ['nothing', undefined],
  ['the write before it', { revision: 3, value: 'three' }],
  ['other bytes', { revision: 5, value: 'fivE' }],
])('a node that has applied the last write and returns %s is found', (_, row) => {
  expect(verdictOf(answer(5, row))).toBe('wrong');
});

test('a node that is behind may return what was written before, or nothing', () => {
  expect(verdictOf(answer(4, { revision: 3, value: 'three' }))).toBe('open');
  expect(verdictOf(answer(4))).toBe('open');
  expect(verdictOf(answer(4, { revision: 5, value: 'five' }))).toBe('open');
});

test('what was never written is found, wherever the node stands', () => {
  expect(verdictOf(answer(4, { revision: 4, value: 'four' }))).toBe('wrong');
  expect(verdictOf(answer(4, { revision: 3, value: 'mutated' }))).toBe('wrong');
  expect(
    verdictOf(answer(9, { revision: 3, value: 'x' }), { key: 'other', before: ledger.certain('other') }),
  ).toBe('wrong');
});

test('a key that is written meanwhile may have any of its writes, and no other', () => {
  const before = ledger.certain('k');
  ledger.begin('k', { value: 'under way', sentAt: 0 });
  expect(verdictOf(answer(5, { revision: 6, value: 'under way' }), { before })).toBe('open');
  expect(verdictOf(answer(5, { revision: 5, value: 'five' }), { before })).toBe('open');
  expect(verdictOf(answer(5, { revision: 6, value: 'invented' }), { before })).toBe('wrong');
});

test('a row of a former incarnation is there until the write that replaces it is applied', () => {
  const isOfFormer = (): boolean => true;
  const former = { revision: 900, value: 'former' };
  expect(verdictOf(answer(4, former), { isOfFormer })).toBe('open');
  expect(verdictOf(answer(5, former), { isOfFormer })).toBe('wrong');
});

test('nothing is said of a node in another incarnation', () => {
  expect(verdictOf(answer(900, { revision: 900, value: 'former' }, 'first'))).toBe('open');
});

test('an entry that a killed server revived is recognised', () => {
  ledger.acknowledge(ledger.begin('k', { value: undefined, sentAt: 0, ttlMs: 1_000 }), 7);
  expect(verdictOf(answer(8, { revision: 5, value: 'five' }))).toBe('wrong');
  ledger.serverKilled();
  expect(verdictOf(answer(8, { revision: 5, value: 'five' }))).toBe('revived');
});
