import { beforeEach, expect, test } from 'vitest';
import { judgeBatch } from './judge-batch.js';
import { Ledger } from './ledger.js';

const keys = ['g.0', 'g.1', 'g.2'];
let ledger: Ledger;

function write(batch: string, from: number, value: string | undefined = batch): void {
  for (const [index, key] of keys.entries()) {
    ledger.acknowledge(ledger.begin(key, { value, sentAt: 0, batch }), from + index);
  }
}

beforeEach(() => {
  ledger = new Ledger();
  write('first', 1);
  write('second', 4);
});

const held = (...values: string[]): Map<string, string> =>
  new Map(values.map((value, index) => [keys[index] ?? '', value]));

test('the last batch as a whole is right, and so is nothing of it', () => {
  expect(judgeBatch(keys, held('second', 'second', 'second'), ledger)).toBeUndefined();
  expect(judgeBatch(keys, held('first', 'first', 'first'), ledger)).toBeUndefined();
  expect(judgeBatch(keys, held(), ledger)).toBeUndefined();
});

test('a part of it is found', () => {
  expect(judgeBatch(keys, held('second', 'first', 'first'), ledger)).toContain('g.0 without the rest');
  expect(judgeBatch(keys, held('second', 'second'), ledger)).toContain('g.0, g.1 without the rest');
});

test('a part of an earlier batch is what the log may have kept of it', () => {
  expect(judgeBatch(keys, held('first'), ledger)).toBeUndefined();
});

test('nothing is said while one of the keys is being written', () => {
  ledger.begin('g.0', { value: 'third', sentAt: 0, batch: 'third' });
  expect(judgeBatch(keys, held('third', 'second', 'second'), ledger)).toBeUndefined();
});
