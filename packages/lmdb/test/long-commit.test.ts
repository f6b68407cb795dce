import { setImmediate } from 'node:timers/promises';
import { cursorAt, deleteUpdate, ManualClock, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LmdbSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const KEYS = Array.from({ length: 30_000 }, (_, index) => `k.${(index * 7919) % 30_000}`);
const SAMPLE = KEYS.filter((_, index) => index % 1_000 === 0);

describe('a commit of tens of thousands', () => {
  test('lets the event loop run, and is invisible before it is committed', async () => {
    await using store = await LmdbSnapshotStore.open(directory);
    for (let revision = 1; revision <= 3; revision++) {
      const applied = store.apply(
        KEYS.map((key) => putUpdate(key, revision)),
        cursorAt(revision),
      );
      let isDone = false;
      const done = applied.then(() => {
        isDone = true;
      });
      let breaths = 0;
      for (; !isDone; breaths++) {
        const seen = (await store.getMany(SAMPLE)).map((entry) => Number(entry?.version.revision ?? 0));
        expect(new Set(seen).size).toBe(1);
        expect([revision - 1, revision]).toContain(seen[0]);
        const [first] = store.sync?.range?.('k.', { limit: 1 }) ?? [];
        expect(Number(first?.version.revision ?? 0)).toBe(seen[0]);
        await setImmediate();
      }
      await done;
      expect(breaths).toBeGreaterThan(5);
      expect((await store.get('k.0'))?.version.revision).toBe(BigInt(revision));
    }
    expect(await store.stats()).toMatchObject({ entries: KEYS.length });
  });

  test('takes the last update of each key, wherever in the batch it is', async () => {
    await using store = await LmdbSnapshotStore.open(directory);
    const updates = KEYS.map((key, index) => putUpdate(key, index + 1, 'old'));
    updates.push(...KEYS.slice(0, 10_000).map((key, index) => deleteUpdate(key, 40_000 + index)));
    updates.push(...KEYS.slice(0, 5_000).map((key, index) => putUpdate(key, 60_000 + index, 'new')));
    await store.apply(updates, cursorAt(70_000));
    expect(await store.stats()).toMatchObject({ entries: 25_000 });
    const textOf = async (key = ''): Promise<string | undefined> => {
      const entry = await store.get(key);
      return entry && Buffer.from(entry.value).toString();
    };
    expect(await textOf(KEYS[0])).toBe('new');
    expect(await textOf(KEYS[7_000])).toBeUndefined();
    expect(await textOf(KEYS[20_000])).toBe('old');
  });

  test('needs no time to pass', async () => {
    const clock = new ManualClock();
    await using store = await LmdbSnapshotStore.open({ path: directory.path, clock });
    await store.apply(
      KEYS.map((key) => putUpdate(key, 1)),
      cursorAt(1),
    );
    expect(await store.stats()).toMatchObject({ entries: KEYS.length });
  });
});
