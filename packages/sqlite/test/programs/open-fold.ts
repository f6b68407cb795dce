import type { SnapshotStore } from '@slipstream/core';
import { SqliteSnapshotStore } from '../../src/index.js';

// Whether to open folds with `sync` is in the URL that this module is imported by.
const sync = new URL(import.meta.url).searchParams.has('sync');

/** What a process of the conformance suite opens a fold with. */
export function open(path: string): Promise<SnapshotStore> {
  return SqliteSnapshotStore.open({ path, sync });
}
