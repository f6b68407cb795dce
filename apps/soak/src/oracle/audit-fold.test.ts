import { beforeEach, expect, test } from 'vitest';
import { auditFold, type FoldFindings, type FoldQuestion } from './audit-fold.js';
import { Ledger } from './ledger.js';

let ledger: Ledger;
const write = (key: string, revision: number, value?: string): void =>
  ledger.acknowledge(ledger.begin(key, { value, sentAt: 0 }), revision);

beforeEach(() => {
  ledger = new Ledger();
  write('a.live', 1, 'one');
  write('a.deleted', 2, 'two');
  write('a.deleted', 3);
  write('b.behind', 4, 'four');
  write('b.behind', 9, 'nine');
});

const RIGHT = [
  ['a.live', { revision: 1, value: 'one' }],
  ['b.behind', { revision: 4, value: 'four' }],
] as const;
type Rows = readonly (readonly [key: string, row: { readonly revision: number; readonly value: string }])[];
const audit = (rows: Rows, question: Partial<FoldQuestion> = {}): FoldFindings =>
  auditFold({
    table: new Map(rows),
    revision: 5,
    ledger,
    prefix: '',
    seenAt: 0,
    evictedBelow: 0,
    isOfFormer: () => false,
    ...question,
  });
const wrongKeys = (rows: Rows, question: Partial<FoldQuestion> = {}): string[] =>
  audit(rows, question).wrong.map(({ key }) => key);

test('a fold that has every write up to its cursor, and nothing beyond, is right', () => {
  expect(audit(RIGHT)).toEqual({ wrong: [], revived: 0, ahead: 0 });
});

test('of a key that was written past the cursor it may have less, as the log keeps the last write alone', () => {
  expect(wrongKeys(RIGHT.slice(0, 1))).toEqual([]);
});

test('it may be ahead of its cursor, by what was written and nothing else', () => {
  const ahead: Rows = [RIGHT[0], ['b.behind', { revision: 9, value: 'nine' }]];
  expect(audit(ahead)).toEqual({ wrong: [], revived: 0, ahead: 1 });
  expect(wrongKeys([RIGHT[0], ['b.behind', { revision: 8, value: 'nine' }]])).toEqual(['b.behind']);
});

test.each<[string, string, Rows]>([
  ['a lost update', 'a.live', RIGHT.slice(1)],
  ['a delete that was not applied', 'a.deleted', [...RIGHT, ['a.deleted', { revision: 2, value: 'two' }]]],
  ['a mutated value', 'a.live', [['a.live', { revision: 1, value: 'oNe' }], ...RIGHT.slice(1)]],
  ['a key too many', 'a.new', [...RIGHT, ['a.new', { revision: 5, value: 'x' }]]],
  [
    'a value that was never written',
    'b.behind',
    [...RIGHT.slice(0, 1), ['b.behind', { revision: 4, value: 'x' }]],
  ],
])('%s is found', (_, key, rows) => {
  expect(wrongKeys(rows)).toEqual([key]);
});

test('a fold of a prefix has that and nothing else', () => {
  expect(wrongKeys(RIGHT.slice(0, 1), { prefix: 'a.' })).toEqual([]);
  expect(wrongKeys(RIGHT, { prefix: 'a.' })).toEqual(['b.behind']);
});

test('a row of a former incarnation is right only where a write to come replaces it', () => {
  const isOfFormer = (): boolean => true;
  const former = { revision: 900, value: 'former' };
  expect(wrongKeys([RIGHT[0], ['b.behind', former]], { isOfFormer })).toEqual([]);
  expect(wrongKeys([['a.live', former]], { isOfFormer })).toEqual(['a.live']);
  expect(wrongKeys([RIGHT[0], ['a.never', former]], { isOfFormer })).toEqual(['a.never']);
});

test('what a killed server revived is counted and not wrong', () => {
  ledger.forget('a.deleted');
  ledger.serverKilled();
  expect(audit([...RIGHT, ['a.deleted', { revision: 2, value: 'two' }]])).toEqual({
    wrong: [],
    revived: 1,
    ahead: 0,
  });
});
