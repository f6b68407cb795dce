import { setImmediate } from 'node:timers/promises';
import type { SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LevelSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
let store: SnapshotStore;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = await LevelSnapshotStore.open(directory);
});
afterEach(async () => {
  await store.close();
  await directory[Symbol.asyncDispose]();
});

test('until a commit is acknowledged, every read sees the state before it', async () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `k.${index}`);
  for (let revision = 1; revision <= 20; revision++) {
    const applied = store.apply(
      keys.map((key) => putUpdate(key, revision)),
      cursorAt(revision),
    );
    let isApplied = false;
    void applied.then(() => {
      isApplied = true;
    });
    while (!isApplied) {
      // Many reads: the engine's thread may end its write between any two of them.
      const seen = new Set((await store.getMany(keys)).map((entry) => entry?.version.revision));
      expect([...seen]).toEqual([revision === 1 ? undefined : BigInt(revision - 1)]);
      await setImmediate();
    }
    await applied;
    expect(store.sync?.get('k.0')?.version.revision).toBe(BigInt(revision));
  }
});

test('a key is never taken for the beginning of a longer one', async () => {
  // Given a text, the engine encodes it into a buffer that it reuses, and leaves out a last character that does
  // not fit, when there is room for a part of it: in steps of 2 characters, some key here is such a one.
  const stems = Array.from({ length: 100 }, (_, index) => 'k'.repeat(2 * index + 2));
  await store.apply(
    stems.map((stem) => putUpdate(stem, 1)),
    cursorAt(1),
  );
  expect(store.sync?.get('k')).toBeUndefined();
  for (const character of ['é', '日', '👍']) {
    for (const stem of stems) expect(store.sync?.get(stem + character), stem + character).toBeUndefined();
  }
});

test('a key with a lone surrogate is not found, and not taken for another one', async () => {
  await store.apply([putUpdate('a\ufffd', 1)], cursorAt(1));
  expect(await store.get('a\ud800')).toBeUndefined();
  expect((await store.get('a\ufffd'))?.version.revision).toBe(1n);
});

test('values of a page are bounded by their bytes, and large ones come whole', async () => {
  const value = new Uint8Array(200_000).fill(7);
  await store.apply(
    Array.from({ length: 20 }, (_, index) => putUpdate(`v.${index}`, index + 1, value)),
    cursorAt(20),
  );
  for (const entry of await collect(store.range('v.'))) {
    expect(Buffer.compare(entry.value, value)).toBe(0);
    // Nothing is kept in memory with it but what it was stored with.
    expect(entry.value.buffer.byteLength - value.length).toBeLessThan(32);
  }
});
