import { readdir } from 'node:fs/promises';
import { type KvEntry, type SnapshotStore, type SynchronousReader, systemClock } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { eventually, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogConfig, LogSnapshotStore } from '../src/index.js';
import { CountingFileSystem } from './support/counting-file-system.js';
import { applyCommits, assertWholeCommits } from './support/history.js';

let directory: TemporaryDirectory;
let fileSystem: CountingFileSystem;
beforeEach(async () => {
  directory = await temporaryDirectory();
  fileSystem = new CountingFileSystem();
});
afterEach(() => directory[Symbol.asyncDispose]());

const open = (config: LogConfig = {}) =>
  LogSnapshotStore.open({ path: directory.path, fileSystem, ...config });

/** Puts `count` keys in an order that is not theirs. */
async function fill(store: SnapshotStore, count: number): Promise<void> {
  const updates = Array.from({ length: count }, (_, index) => {
    const key = `key.${String((index * 7919) % count).padStart(6, '0')}`;
    return putUpdate(key, index + 1, new Uint8Array(200));
  });
  await store.apply(updates, cursorAt(count));
}

test('a fold that is overwritten without end comes back to twice what is live, again and again', async () => {
  const minGarbageBytes = 64 * 1024;
  await using store = await open({ compaction: { minGarbageBytes, garbageRatio: 1 } });
  await fill(store, 500);
  const live = (await store.stats()).bytes;
  let revision = 1000;
  const overwriteSome = async (): Promise<void> => {
    const updates = Array.from({ length: 50 }, () => {
      revision += 1;
      return putUpdate(`key.${String(revision % 500).padStart(6, '0')}`, revision, new Uint8Array(200));
    });
    await store.apply(updates, cursorAt(revision));
  };
  for (let time = 1; time <= 5; time++) {
    const grown = async () => {
      await overwriteSome();
      return (await store.stats()).bytes > 1.5 * live;
    };
    await eventually(grown, { what: 'garbage' });
    const compacted = async () => {
      await overwriteSome();
      return (await store.stats()).bytes < 1.4 * live;
    };
    await eventually(compacted, { what: `compaction ${time}` });
  }
  expect((await store.stats()).entries).toBe(500);
  expect((await store.get('key.000499'))?.value).toHaveLength(200);
});

test('a fold that is overwritten as fast as it takes commits is rewritten meanwhile, again and again', async () => {
  await using store = await open({ compaction: { minGarbageBytes: 64 * 1024, garbageRatio: 1 } });
  let revision = 0;
  const overwrite = async (count: number): Promise<number> => {
    const updates = Array.from({ length: count }, () => {
      revision += 1;
      return putUpdate(`key.${revision % 1000}`, revision, new Uint8Array(4000));
    });
    await store.apply(updates, cursorAt(revision));
    return (await store.stats()).bytes;
  };
  const live = await overwrite(1000);
  let most = 0;
  for (let commits = 1; commits <= 400; commits++) most = Math.max(most, await overwrite(100));
  // About three times, and commits that come while files are opened and removed; 41 times was written.
  expect(most).toBeLessThan(10 * live);
});

test('a settled fold reads a range of 1,000 entries with few reads, an unsettled one with as many as it takes', async () => {
  await using store = await open();
  await fill(store, 20_000);
  const readsOfRange = async (): Promise<number> => {
    fileSystem.reads = 0;
    expect(await collect(store.range('key.005', { limit: 1000 }))).toHaveLength(1000);
    return fileSystem.reads;
  };
  expect(await readsOfRange()).toBeGreaterThan(100);
  await store.settle?.();
  expect(await readsOfRange()).toBeLessThan(10);
});

test('a fold that is in order is not written again', async () => {
  await using store = await open();
  await fill(store, 100);
  await store.settle?.();
  await store.settle?.();
  expect(await readdir(directory.path)).toEqual(['fold.2.log', 'fold.lock']);
});

test('reads and commits continue while the log is rewritten, and nothing of them is lost', async () => {
  let store = await open({ compaction: { minGarbageBytes: 0, garbageRatio: 0 } });
  let commits = 0;
  const rewritten = async () => {
    await applyCommits(store, commits + 1, commits + 20);
    commits += 20;
    expect(await assertWholeCommits(store, `after ${commits}`)).toBe(commits);
    const names = await readdir(directory.path);
    return names.some((name) => Number(/^fold\.(\d+)\.log$/.exec(name)?.[1]) > 5);
  };
  await eventually(rewritten, { what: 'five compactions' });
  await store.close();
  store = await open();
  expect(await assertWholeCommits(store, 'reopened')).toBe(commits);
  await store.close();
  expect(fileSystem.openFiles).toBe(0);
});

test('a range that began before a compaction ends on the state it began with, and only then is the old log closed', async () => {
  await using store = await open();
  await fill(store, 3000);
  const range = (store.sync as SynchronousReader).range?.('key.')[Symbol.iterator]() as Iterator<KvEntry>;
  const first = range.next().value as KvEntry;
  const removals = Array.from({ length: 2999 }, (_, index) =>
    deleteUpdate(`key.${String(index + 1).padStart(6, '0')}`, 4000 + index),
  );
  await store.apply(removals, cursorAt(9000));
  await store.settle?.();
  await store.apply([putUpdate('key.000001', 9001)], cursorAt(9001));
  expect(fileSystem.openFiles).toBe(2);
  const rest: KvEntry[] = [];
  for (let next = range.next(); !next.done; next = range.next()) rest.push(next.value);
  expect([first, ...rest]).toHaveLength(3000);
  expect(rest.every(({ value }) => value.length === 200)).toBe(true);
  await eventually(() => fileSystem.openFiles === 1, { what: 'the old log to be closed' });
  expect(await collect(store.keys(''))).toEqual(['key.000000', 'key.000001']);
});

test('a log that is being flushed in the background is closed after that', async () => {
  let now = 0;
  const store = await open({ clock: { ...systemClock, now: () => now } });
  const { promise: flushed, resolve: finishFlush } = Promise.withResolvers<void>();
  fileSystem.beforeSynchronize = (path) => (path.includes('fold.1.log') ? flushed : undefined);
  now = 5000;
  await applyCommits(store, 1, 2);
  await store.settle?.();
  expect(await readdir(directory.path)).toContain('fold.2.log');
  expect(fileSystem.openFiles).toBe(2);
  finishFlush();
  await eventually(() => fileSystem.openFiles === 1, { what: 'the old log to be closed' });
  await store.close();
});

test('closing ends a compaction in the background and leaves the fold as it is', async () => {
  let store = await open({ compaction: { minGarbageBytes: 0, garbageRatio: 0 } });
  await applyCommits(store, 1, 50);
  await store.close();
  expect(fileSystem.openFiles).toBe(0);
  expect(await readdir(directory.path)).toHaveLength(1);
  store = await open();
  expect(await assertWholeCommits(store, 'reopened')).toBe(50);
  await store.close();
});

test('what was deleted is gone from the file', async () => {
  await using store = await open();
  await fill(store, 1000);
  const removals = await collect(store.keys(''));
  await store.apply(
    removals.map((key, index) => deleteUpdate(key, 2000 + index)),
    cursorAt(3000),
  );
  await store.settle?.();
  expect(await store.stats()).toEqual({ entries: 0, bytes: expect.any(Number) });
  expect((await store.stats()).bytes).toBeLessThan(200);
});
