import assert from 'node:assert/strict';
import type { KvUpdate, SnapshotStore, WatchCursor } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate, seededRandom } from '@slipstream/core/testing';
import { plainEntry } from '@slipstream/test-kit';

const KEYS = 40;

/** Commit `number` (from 1) of a history that is the same in every process: updates and the cursor after. */
export function commitAt(number: number, largestValue = 300): { updates: KvUpdate[]; cursor: WatchCursor } {
  const random = seededRandom(number);
  const updates = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, index) => {
    const key = `route.${Math.floor(random() * KEYS)}`;
    const revision = number * 10 + index;
    if (random() < 0.2) return deleteUpdate(key, revision);
    return putUpdate(key, revision, new Uint8Array(random() * largestValue).fill(number));
  });
  return { updates, cursor: cursorAt(number * 10 + 9) };
}

/** The commits that a fold with this cursor holds. */
export function commitsAt(cursor: WatchCursor): number {
  return cursor.revision === undefined ? 0 : Number(cursor.revision / 10n);
}

/** Applies commits `from` up to `to`. */
export async function applyCommits(store: SnapshotStore, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    const { updates, cursor } = commitAt(number);
    await store.apply(updates, cursor);
  }
}

/** Asserts that a fold is exactly what its cursor says, by gets and by a range; returns the commits in it. */
export async function assertWholeCommits(
  store: SnapshotStore,
  what: string,
  largestValue?: number,
): Promise<number> {
  const commits = commitsAt(store.cursor);
  const expected = new Map<string, KvUpdate>();
  for (let number = 1; number <= commits; number++) {
    for (const update of commitAt(number, largestValue).updates) {
      if (update.kind === 'put') expected.set(update.key, update);
      else expected.delete(update.key);
    }
  }
  const entries = await collect(store.range(''));
  assert.deepEqual(
    entries.map(({ key }) => key),
    [...expected.keys()].sort(),
    `${what}: the keys after commit ${commits}`,
  );
  for (const entry of entries) {
    const { value, version } = expected.get(entry.key) as KvUpdate;
    assert.deepEqual(Buffer.from(entry.value), Buffer.from(value), `${what}: the value of ${entry.key}`);
    assert.ok(entry.version.equals(version), `${what}: the version of ${entry.key}`);
    const got = await store.get(entry.key);
    assert.deepEqual(got && plainEntry(got), plainEntry(entry), `${what}: ${entry.key} by get`);
  }
  return commits;
}
