import type { SnapshotStore } from '@slipstream/core';
import { LevelSnapshotStore } from '../../src/index.js';

// A process that is to open folds with `sync` finds that in the URL it imports this module by.
const sync = new URL(import.meta.url).searchParams.has('sync');

/** What a process of the conformance suite opens a fold with. */
export function open(path: string): Promise<SnapshotStore> {
  return LevelSnapshotStore.open({ path, sync });
}
