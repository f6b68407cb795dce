import assert from 'node:assert/strict';
import {
  compareKeys,
  type KvEntry,
  type KvUpdate,
  nextCursor,
  type SnapshotStore,
  WatchCursor,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { plainEntry } from './plain-form.js';

/** What a fold has to hold, computed in the simplest way there is. */
export class FoldModel {
  readonly entries: Map<string, KvEntry> = new Map();
  cursor: WatchCursor = WatchCursor.none;

  apply(updates: readonly KvUpdate[], cursor: WatchCursor): void {
    for (const { kind, key, value, version } of updates) {
      if (kind === 'put') this.entries.set(key, { key, value, version });
      else this.entries.delete(key);
    }
    this.cursor = nextCursor(this.cursor, cursor);
  }

  /** The entries that begin with `prefix`, in key order. */
  range(prefix: string = ''): KvEntry[] {
    return [...this.entries.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => compareKeys(a.key, b.key));
  }
}

/** Asserts that a fold holds exactly the entries and the cursor of the model. */
export async function assertHolds(store: SnapshotStore, model: FoldModel, when: string): Promise<void> {
  const held = (await collect(store.range(''))).map(plainEntry);
  assert.deepEqual(held, model.range().map(plainEntry), `the entries ${when}`);
  assert.equal(String(store.cursor), String(model.cursor), `the cursor ${when}`);
}
