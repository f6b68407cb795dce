import { expect, test } from 'vitest';
import { collect } from './collect.js';
import { FaultySnapshotStore } from './faulty-snapshot-store.js';
import { settlePromises } from './manual-clock.js';
import { openScratchFold, ScratchMedium } from './scratch-fold.js';
import { cursorAt, deleteUpdate, putUpdate } from './updates.js';

test('a store that fails before the commit keeps its state, and recovers when its failures are used up', async () => {
  const store = new FaultySnapshotStore(await openScratchFold());
  store.failNext(2);
  const apply = () => store.apply([putUpdate('a', 1)], cursorAt(1));
  await expect(apply()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(apply()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(store.cursor.isNone).toBe(true);
  await apply();
  expect(store.cursor.revision).toBe(1n);
  expect(store.applies.map(({ committed }) => committed)).toEqual([false, false, true]);
});

test('a store that fails after the commit has committed', async () => {
  const store = new FaultySnapshotStore(await openScratchFold());
  store.failNext(1, new Error('lost answer'), 'after-commit');
  await expect(store.apply([putUpdate('a', 1)], cursorAt(1))).rejects.toThrow('lost answer');
  expect(await store.get('a')).toMatchObject({ key: 'a' });
  expect(store.applies[0]?.committed).toBe(true);
});

test('a held apply commits when it is released', async () => {
  const store = new FaultySnapshotStore(await openScratchFold());
  const held = store.holdNext();
  const applied = store.apply([putUpdate('a', 1)], cursorAt(1));
  await held.entered;
  await settlePromises();
  expect(store.cursor.isNone).toBe(true);
  held.release();
  await applied;
  expect(store.cursor.revision).toBe(1n);
});

test('what is on a medium is there for the next fold on it, and only one fold holds it', async () => {
  const medium = new ScratchMedium();
  const first = await openScratchFold(medium);
  await first.apply([putUpdate('a', 1), putUpdate('b', 2), deleteUpdate('a', 3)], cursorAt(3));
  await expect(openScratchFold(medium)).rejects.toMatchObject({ code: 'LOCKED' });
  await first.close();
  const second = await openScratchFold(medium);
  expect(second.cursor.revision).toBe(3n);
  expect((await collect(second.range(''))).map(({ key }) => key)).toEqual(['b']);
});
