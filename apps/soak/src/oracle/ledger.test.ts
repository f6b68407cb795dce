import { expect, test } from 'vitest';
import { Ledger } from './ledger.js';

const put = (ledger: Ledger, key: string, revision: number, value = `v${revision}`, ttlMs?: number): void =>
  ledger.acknowledge(ledger.begin(key, { value, sentAt: 0, ttlMs }), revision);
const remove = (ledger: Ledger, key: string, revision: number, ttlMs?: number): void =>
  ledger.acknowledge(ledger.begin(key, { value: undefined, sentAt: 0, ttlMs }), revision);
const table = (...rows: [key: string, revision: number][]) =>
  new Map(rows.map(([key, revision]) => [key, { revision, value: `v${revision}` }]));

test('a key that was never written is certain to have nothing', () => {
  expect(new Ledger().certain('k')).toMatchObject({ revision: 0, value: undefined });
});

test('nothing is certain of a key from the sending of a write to its acknowledgement', () => {
  const ledger = new Ledger();
  put(ledger, 'k', 1);
  const attempt = ledger.begin('k', { value: 'later', sentAt: 0 });
  expect(ledger.certain('k')).toBeUndefined();
  expect(ledger.lastKnown('k').revision).toBe(1);
  ledger.acknowledge(attempt, 5);
  expect(ledger.certain('k')).toMatchObject({ revision: 5, value: 'later' });
});

test('an update that the bucket no longer has is found: missing, older, newer or another value', () => {
  const ledger = new Ledger();
  put(ledger, 'k', 5);
  expect(ledger.lostBy(table(['k', 5]), 0)).toEqual([]);
  expect(ledger.lostBy(table(), 0)).toHaveLength(1);
  expect(ledger.lostBy(table(['k', 4]), 0)).toHaveLength(1);
  expect(ledger.lostBy(table(['k', 6]), 0)).toHaveLength(1);
  expect(ledger.lostBy(new Map([['k', { revision: 5, value: 'other' }]]), 0)).toHaveLength(1);
});

test('an entry that expires is lost when it is gone before its time, and not after it', () => {
  const ledger = new Ledger();
  put(ledger, 'k', 5, 'v5', 1_000);
  expect(ledger.lostBy(table(), 999)).toHaveLength(1);
  expect(ledger.lostBy(table(), 1_000)).toEqual([]);
});

test('only what was written counts as written, at its own revision', () => {
  const ledger = new Ledger();
  put(ledger, 'k', 5);
  ledger.begin('k', { value: 'unanswered', sentAt: 0 });
  expect(ledger.hasWritten('k', { revision: 5, value: 'v5' })).toBe(true);
  expect(ledger.hasWritten('k', { revision: 6, value: 'v5' })).toBe(false);
  expect(ledger.hasWritten('k', { revision: 6, value: 'unanswered' })).toBe(true);
  expect(ledger.hasWritten('k', { revision: 5, value: 'invented' })).toBe(false);
});

test('a checkpoint takes the word of the bucket for a write without an answer', () => {
  const ledger = new Ledger();
  for (const key of ['done', 'undone', 'gone']) put(ledger, key, 1);
  ledger.begin('done', { value: 'v7', sentAt: 0, ttlMs: 9 });
  ledger.begin('undone', { value: 'v8', sentAt: 0 });
  ledger.begin('gone', { value: undefined, sentAt: 0 });
  ledger.settle(table(['done', 7], ['undone', 1]), 10);
  expect(ledger.certain('done')).toMatchObject({ revision: 7, value: 'v7', ttlMs: 9 });
  expect(ledger.certain('undone')).toMatchObject({ revision: 1, value: 'v1' });
  expect(ledger.hasWritten('undone', { revision: 1, value: 'v1' })).toBe(true);
  expect(ledger.certain('gone')).toMatchObject({ revision: 10, value: undefined });
});

test.each<[string, (ledger: Ledger) => void]>([
  [
    'was taken out of the log',
    (ledger) => {
      remove(ledger, 'k', 5);
      ledger.forget('k');
    },
  ],
  ['is a marker that expires', (ledger) => remove(ledger, 'k', 5, 1_000)],
  ['is a value that expires', (ledger) => put(ledger, 'k', 5, 'v5', 1_000)],
])('what a killed server brings back is excused of a key whose last record %s', (_, removal) => {
  const ledger = new Ledger();
  put(ledger, 'k', 3);
  removal(ledger);
  expect(ledger.isRevivable('k', 3)).toBe(false);
  ledger.serverKilled();
  expect(ledger.isRevivable('k', 3)).toBe(true);
  expect(ledger.mayBeUndone('k')).toBe(true);
  // Its last record itself is none that came back.
  expect(ledger.isRevivable('k', 5)).toBe(false);
  expect(ledger.isRevivable('k', 6)).toBe(false);
  expect(ledger.isRevivable('other', 3)).toBe(false);
});

test('nothing is excused of a key whose last record stays, however often the server was killed', () => {
  const ledger = new Ledger();
  put(ledger, 'deleted', 3);
  remove(ledger, 'deleted', 5);
  put(ledger, 'put', 6);
  ledger.serverKilled();
  for (const key of ['deleted', 'put']) expect(ledger.isRevivable(key, 3)).toBe(false);
});

test('the excuse ends with the next record that stays, and covers no removal after the kill', () => {
  const ledger = new Ledger();
  remove(ledger, 'k', 5, 1_000);
  ledger.serverKilled();
  remove(ledger, 'k', 7);
  expect(ledger.isRevivable('k', 3)).toBe(false);
  remove(ledger, 'k', 9, 1_000);
  expect(ledger.isRevivable('k', 3)).toBe(false);
  expect(ledger.perishable()).toEqual(['k']);
});

test('a delete without an answer, whose marker expires, may have been undone by a kill', () => {
  const ledger = new Ledger();
  put(ledger, 'k', 3);
  ledger.begin('k', { value: undefined, sentAt: 0, ttlMs: 1_000 });
  ledger.serverKilled();
  expect(ledger.isRevivable('k', 3)).toBe(true);
  expect(ledger.isRevivable('k', 4)).toBe(false);
});

test('keys that are known to be deleted are listed with the revision of their marker', () => {
  const ledger = new Ledger();
  put(ledger, 'live', 1);
  remove(ledger, 'deleted', 2);
  remove(ledger, 'uncertain', 3);
  ledger.begin('uncertain', { value: 'v', sentAt: 0 });
  remove(ledger, 'maybe back', 4, 1_000);
  ledger.serverKilled();
  expect(ledger.deleted()).toEqual([['deleted', 2]]);
});
