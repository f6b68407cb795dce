import { expect, test } from 'vitest';
import { chunkOf, cursorAt, deleteUpdate, putUpdate } from '../testing/updates.js';
import { UpdateBatch } from './update-batch.js';

test('a batch counts what it holds and keeps the last update of every key', () => {
  const batch = new UpdateBatch();
  expect(batch.isEmpty).toBe(true);
  batch.add(chunkOf([putUpdate('aa', 1, 'xyz'), putUpdate('b', 2, '')]));
  batch.add(chunkOf([deleteUpdate('aa', 3)]));
  batch.add(chunkOf([], { cursor: cursorAt(9) }));
  expect(batch).toMatchObject({ count: 3, bytes: 2 + 3 + 1 + 2, isEmpty: false });
  expect(batch.cursor.revision).toBe(9n);
  expect(batch.latestPerKey().map(({ kind, key }) => `${kind} ${key}`)).toEqual(['delete aa', 'put b']);
});

test('a batch without a repeated key is handed on as it came, in order', () => {
  const batch = new UpdateBatch();
  const updates = [putUpdate('b', 1, ''), putUpdate('a', 2, '')];
  batch.add(chunkOf(updates));
  expect(batch.latestPerKey()).toBe(batch.updates);
  batch.add(chunkOf([putUpdate('c', 3, '')]));
  expect(batch.latestPerKey().map(({ key }) => key)).toEqual(['b', 'a', 'c']);
});

test('a bookmark alone is worth a commit', () => {
  const batch = new UpdateBatch();
  batch.add(chunkOf([], { cursor: cursorAt(9) }));
  expect(batch.isEmpty).toBe(false);
});
