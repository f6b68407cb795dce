import { cursorAt, deleteUpdate, openScratchFold, purgeUpdate, putUpdate } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import { assertHolds, FoldModel } from './fold-model.js';

test('the model keeps the last put of each key, in byte order, and the furthest cursor', () => {
  const model = new FoldModel();
  const puts = [
    putUpdate('😀', 1),
    putUpdate('\uffff', 2),
    putUpdate('a', 3),
    putUpdate('b', 4),
    putUpdate('c', 5),
  ];
  model.apply(puts, cursorAt(5));
  model.apply([deleteUpdate('b', 6), purgeUpdate('c', 7), putUpdate('a', 8)], cursorAt(8));
  model.apply([], cursorAt(2));
  expect(model.range().map(({ key, version }) => [key, version.revision])).toEqual([
    ['a', 8n],
    ['\uffff', 2n],
    ['😀', 1n],
  ]);
  expect(model.cursor.revision).toBe(8n);
});

test('a fold that differs from the model in a value, a key, a version or the cursor is found out', async () => {
  const model = new FoldModel();
  model.apply([putUpdate('a', 1, 'x')], cursorAt(1));
  const folds = [
    [[putUpdate('a', 1, 'y')], cursorAt(1)],
    [[putUpdate('b', 1, 'x')], cursorAt(1)],
    [[putUpdate('a', 2, 'x')], cursorAt(1)],
    [[putUpdate('a', 1, 'x')], cursorAt(2)],
  ] as const;
  for (const [updates, cursor] of folds) {
    await using store = await openScratchFold();
    await store.apply(updates, cursor);
    await expect(assertHolds(store, model, 'now')).rejects.toThrow(/now/);
  }
  await using store = await openScratchFold();
  await store.apply([putUpdate('a', 1, 'x')], cursorAt(1));
  await assertHolds(store, model, 'now');
});
