import assert from 'node:assert/strict';
import type { KvUpdate, SnapshotStore, WatchCursor } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';

/** Written by every commit, besides one key of its own. */
const SHARED_KEYS = 8;

/** Commit `number` (from 1) of a history that is the same in every process. */
export function commitAt(number: number, valueBytes: number): { updates: KvUpdate[]; cursor: WatchCursor } {
  const value = (): Uint8Array => new Uint8Array(valueBytes).fill(number);
  const shared = Array.from({ length: SHARED_KEYS }, (_, index) =>
    putUpdate(`shared.${index}`, number, value()),
  );
  return { updates: [...shared, putUpdate(`own.${number}`, number, '')], cursor: cursorAt(number) };
}

export async function applyCommits(
  store: SnapshotStore,
  from: number,
  to: number,
  valueBytes: number,
): Promise<void> {
  for (let number = from; number <= to; number++) {
    const { updates, cursor } = commitAt(number, valueBytes);
    await store.apply(updates, cursor);
  }
}

/** The commits that a fold says it holds. */
export function commitsIn(store: SnapshotStore): number {
  return Number(store.cursor.revision ?? 0n);
}

/** Asserts that a fold is exactly what its cursor says; returns the commits in it. */
export async function assertWholeCommits(
  store: SnapshotStore,
  what: string,
  valueBytes: number,
): Promise<number> {
  const commits = commitsIn(store);
  for (const { key, value, version } of await collect(store.range('shared.'))) {
    assert.equal(version.revision, BigInt(commits), `${what}: the version of ${key}`);
    assert.deepEqual(
      Buffer.from(value),
      Buffer.alloc(valueBytes, commits & 0xff),
      `${what}: the value of ${key}`,
    );
  }
  const entries = commits === 0 ? 0 : SHARED_KEYS + commits;
  assert.equal((await store.stats()).entries, entries, `${what}: the number of entries`);
  assert.equal((await collect(store.keys(''))).length, entries, `${what}: the keys`);
  return commits;
}
