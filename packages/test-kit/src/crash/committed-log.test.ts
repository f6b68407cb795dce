import { WatchCursor } from '@slipstream/core';
import { expect, test } from 'vitest';
import { plainUpdate } from '../models/plain-form.js';
import { commitAt, commitsBefore, modelAfter } from './committed-log.js';

test('the same seed makes the same commits, another one others', () => {
  const inShort = (seed: number) => commitAt(seed, 3).updates.map(plainUpdate);
  expect(inShort(1)).toEqual(inShort(1));
  expect(inShort(1)).not.toEqual(inShort(2));
});

test('a cursor tells how many commits are before it', () => {
  expect(commitsBefore(WatchCursor.none)).toBe(0);
  for (const index of [1, 2, 50]) expect(commitsBefore(commitAt(9, index).cursor)).toBe(index);
});

test('revisions rise from commit to commit, and a cursor is past the updates of its own', () => {
  let last = 0n;
  for (let index = 1; index <= 20; index++) {
    const { updates, cursor } = commitAt(5, index);
    for (const { version } of updates) {
      expect(version.revision).toBeGreaterThan(last);
      last = version.revision ?? 0n;
    }
    expect(cursor.revision).toBeGreaterThan(last);
    last = cursor.revision ?? 0n;
  }
});

test('the model after a number of commits has their cursor and loses what they delete', () => {
  const model = modelAfter(3, 40);
  expect(String(model.cursor)).toBe(String(commitAt(3, 40).cursor));
  expect(model.entries.size).toBeGreaterThan(10);
  expect(model.entries.size).toBeLessThan(60);
});
