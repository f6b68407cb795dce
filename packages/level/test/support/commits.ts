import assert from 'node:assert/strict';
import type { SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';

const own = (number: number): string => `own.${String(number).padStart(6, '0')}`;

/** Commit `number`: one key of its own, and two that every commit overwrites. */
export async function applyCommits(
  store: SnapshotStore,
  from: number,
  to: number,
  value = '',
): Promise<void> {
  for (let number = from; number <= to; number++) {
    const updates = ['first', own(number), 'second'].map((key) =>
      putUpdate(key, number, value || `${number}`),
    );
    await store.apply(updates, cursorAt(number));
  }
}

/** Asserts that a fold is some first commits and nothing else; returns how many. */
export async function assertWholeCommits(store: SnapshotStore): Promise<number> {
  const commits = Number(store.cursor.revision ?? 0n);
  const owned = Array.from({ length: commits }, (_, index) => own(index + 1));
  const expected = commits === 0 ? [] : ['first', ...owned, 'second'];
  assert.deepEqual(await collect(store.keys('')), expected, `the keys at cursor ${commits}`);
  for (const [index, key] of owned.entries()) {
    assert.equal((await store.get(key))?.version.revision, BigInt(index + 1), key);
  }
  for (const key of commits === 0 ? [] : ['first', 'second']) {
    assert.equal((await store.get(key))?.version.revision, BigInt(commits), key);
  }
  assert.equal((await store.stats()).entries, expected.length);
  return commits;
}
