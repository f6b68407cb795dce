import { type SnapshotStore, systemClock } from '@slipstream/core';
import { cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LevelSnapshotStore } from '../src/index.js';

const MORE_THAN_IS_REMEMBERED = 40_000;

let directory: TemporaryDirectory;
let store: SnapshotStore;
let revision: number;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = await LevelSnapshotStore.open(directory);
  revision = 0;
});
afterEach(async () => {
  await store.close();
  await directory[Symbol.asyncDispose]();
});

async function put(from: number, to: number): Promise<void> {
  revision += 1;
  const updates = Array.from({ length: to - from }, (_, index) => putUpdate(`k.${from + index}`, revision));
  await store.apply(updates, cursorAt(revision));
}

async function remove(from: number, to: number): Promise<void> {
  revision += 1;
  const updates = Array.from({ length: to - from }, (_, index) =>
    deleteUpdate(`k.${from + index}`, revision),
  );
  await store.apply(updates, cursorAt(revision));
}

const entries = async (): Promise<number> => (await store.stats()).entries;

test('puts of new keys, puts of old ones and deletes of missing ones are distinguished', async () => {
  await put(0, 100);
  await put(50, 150);
  expect(await entries()).toBe(150);
  await remove(140, 200);
  await remove(140, 141);
  await put(145, 146);
  expect(await entries()).toBe(141);
});

test('the count is exact after more updates than are remembered, and goes on from there', async () => {
  await put(0, MORE_THAN_IS_REMEMBERED);
  await put(10, 20);
  expect(await entries()).toBe(MORE_THAN_IS_REMEMBERED);
  await remove(0, 5);
  expect(await entries()).toBe(MORE_THAN_IS_REMEMBERED - 5);
});

test('a count covers the commits before it was requested, whatever is applied meanwhile', async () => {
  await put(0, MORE_THAN_IS_REMEMBERED);
  const counts: Promise<number>[] = [];
  for (let round = 0; round < 5; round++) {
    counts.push(entries());
    await put(MORE_THAN_IS_REMEMBERED + round, MORE_THAN_IS_REMEMBERED + round + 1);
  }
  const found = await Promise.all(counts);
  for (const [round, count] of found.entries()) {
    expect(count).toBeGreaterThanOrEqual(MORE_THAN_IS_REMEMBERED + round);
    expect(count).toBeLessThanOrEqual(MORE_THAN_IS_REMEMBERED + 5);
  }
  expect(await entries()).toBe(MORE_THAN_IS_REMEMBERED + 5);
});

test('a count survives closing and killing, or is made again: it is never an old one', async () => {
  await put(0, 10);
  await store.close();
  store = await LevelSnapshotStore.open(directory);
  expect(await entries()).toBe(10);
  await put(10, MORE_THAN_IS_REMEMBERED);
  await store.close();
  store = await LevelSnapshotStore.open(directory);
  expect(await entries()).toBe(MORE_THAN_IS_REMEMBERED);
});

test('closing stores the count, however much was written: the next open reads no keys for it', async () => {
  await put(0, MORE_THAN_IS_REMEMBERED);
  await store.close();
  const iterator = vi.spyOn(ClassicLevel.prototype, 'iterator');
  try {
    store = await LevelSnapshotStore.open(directory);
    expect(await entries()).toBe(MORE_THAN_IS_REMEMBERED);
    expect(iterator).not.toHaveBeenCalled();
  } finally {
    iterator.mockRestore();
  }
});

test('a recount looks up each key that was written once, and iterates over none', async () => {
  await put(0, 1_000);
  expect(await entries()).toBe(1_000);
  await put(500, 2_000);
  await remove(1_900, 1_910);
  const moving = (['iterator', 'hasMany', 'has'] as const).map((name) =>
    vi.spyOn(ClassicLevel.prototype, name),
  );
  const lookup = vi.spyOn(ClassicLevel.prototype, 'getSync');
  try {
    expect(await entries()).toBe(1_990);
    expect(lookup).toHaveBeenCalledTimes(1_500);
    for (const spy of moving) expect(spy).not.toHaveBeenCalled();
  } finally {
    for (const spy of [lookup, ...moving]) spy.mockRestore();
  }
});

test('a failed commit does not count, and later counts are right', async () => {
  await put(0, 10);
  expect(await entries()).toBe(10);
  const open = ClassicLevel.prototype.batch;
  const batch = vi.spyOn(ClassicLevel.prototype, 'batch').mockImplementationOnce(function (this: never) {
    const made = Reflect.apply(open, this, []) as { write(): Promise<void> };
    made.write = () => Promise.reject(new Error('the disk is full'));
    return made as never;
  });
  await expect(put(10, 20)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  batch.mockRestore();
  expect(await entries()).toBe(10);
  await put(10, 12);
  expect(await entries()).toBe(12);
});

test('commits and counts measure their slices by the clock of the options', async () => {
  await put(0, 1_000);
  await store.close();
  let looks = 0;
  const now = (): number => {
    looks += 1;
    return looks * 10;
  };
  store = await LevelSnapshotStore.open({ ...directory, clock: { ...systemClock, now } });
  await put(0, 1_000);
  expect(looks).toBeGreaterThan(1);
  looks = 0;
  expect(await entries()).toBe(1_000);
  expect(looks).toBeGreaterThan(1);
});
