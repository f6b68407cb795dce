import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { collect } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits, commitAt } from './support/history.js';

const MIB = 1024 * 1024;
const walLimitBytes = 2 * MIB;
/** Of a commit some 400 KiB. */
const VALUE_BYTES = 50_000;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const open = () => SqliteSnapshotStore.open({ path: directory.path, walLimitBytes });

async function logBytes(): Promise<number> {
  return (await stat(join(directory.path, 'fold.sqlite-wal'))).size;
}

test('the log is restarted again and again, although there are reads after every commit', async () => {
  await using store = await open();
  for (let number = 1; number <= 60; number++) {
    await applyCommits(store, number, number, VALUE_BYTES);
    expect(store.sync?.get('shared.0')?.version.revision).toBe(BigInt(number));
    await setImmediate();
    expect(await logBytes(), `after commit ${number}`).toBeLessThan(2 * walLimitBytes);
  }
  expect(await assertWholeCommits(store, 'after 60 commits', VALUE_BYTES)).toBe(60);
});

test('an iteration keeps its state until the log reaches its limit, and then ends with LIMIT_EXCEEDED', async () => {
  await using store = await open();
  await applyCommits(store, 1, 3, VALUE_BYTES);
  const held = store.range('shared.')[Symbol.asyncIterator]();
  expect((await held.next()).value.version.revision).toBe(3n);
  await applyCommits(store, 4, 5, VALUE_BYTES);
  expect((await held.next()).value.version.revision).toBe(3n);
  await applyCommits(store, 6, 40, VALUE_BYTES);
  expect(await logBytes()).toBeLessThan(3 * walLimitBytes);
  await expect(held.next()).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    hint: expect.stringContaining('walLimitBytes'),
  });
  expect(await assertWholeCommits(store, 'afterwards', VALUE_BYTES)).toBe(40);
});

test('while another program keeps the log over its limit, iterations that begin then outlive commits', async () => {
  await using store = await open();
  await applyCommits(store, 1, 3, VALUE_BYTES);
  const tool = new Database(join(directory.path, 'fold.sqlite'), { readonly: true });
  tool.exec('BEGIN; SELECT count(*) FROM entries');
  await applyCommits(store, 4, 20, VALUE_BYTES);
  expect(await logBytes()).toBeGreaterThan(2 * walLimitBytes);
  const held = store.range('shared.')[Symbol.asyncIterator]();
  expect((await held.next()).value.version.revision).toBe(20n);
  await applyCommits(store, 21, 22, VALUE_BYTES);
  expect((await held.next()).value.version.revision).toBe(20n);
  await applyCommits(store, 23, 40, VALUE_BYTES);
  await expect(held.next()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  tool.close();
  await applyCommits(store, 41, 60, VALUE_BYTES);
  expect(await assertWholeCommits(store, 'without the program', VALUE_BYTES)).toBe(60);
  expect(await logBytes()).toBeLessThan(3 * walLimitBytes);
});

test('settling checkpoints all of the log', async () => {
  const store = await open();
  await applyCommits(store, 1, 2, 1000);
  const before = (await stat(join(directory.path, 'fold.sqlite'))).size;
  await store.settle?.();
  expect((await stat(join(directory.path, 'fold.sqlite'))).size).toBeGreaterThan(before);
  await applyCommits(store, 3, 3, 1000);
  expect(await assertWholeCommits(store, 'settled', 1000)).toBe(3);
  await store.close();
});

test('a large commit lets the event loop run, and reads see the state before it', async () => {
  await using store = await open();
  const { updates, cursor } = commitAt(1, 10);
  await store.apply(updates, cursor);
  const shared = updates.filter(({ key }) => key.startsWith('shared.'));
  const many = Array.from({ length: 20_000 }, (_, index) => ({
    kind: 'put' as const,
    key: `many.${index}`,
    value: new Uint8Array(100),
    version: cursor.version,
  }));
  let isDone = false;
  const applied = store
    .apply(
      [...many, ...shared.map((update) => ({ ...update, value: new Uint8Array(3) }))],
      commitAt(2, 1).cursor,
    )
    .then(() => {
      isDone = true;
    });
  let reads = 0;
  while (!isDone) {
    const length = store.sync?.get('shared.0')?.value.length;
    const entries = (await collect(store.keys('many.', { limit: 1 }))).length;
    await setImmediate();
    if (isDone) break;
    expect([length, entries]).toEqual([10, 0]);
    reads += 1;
  }
  await applied;
  expect(reads).toBeGreaterThan(3);
  expect(store.sync?.get('shared.0')?.value.length).toBe(3);
  expect((await store.stats()).entries).toBe(updates.length + many.length);
});
