import type { SnapshotStore } from '@slipstream/core';
import { LevelSnapshotStore } from '../../src/index.js';

/** What a process of the conformance suite opens a fold with. */
export function open(path: string): Promise<SnapshotStore> {
  return LevelSnapshotStore.open({ path });
}
