import { guardSnapshotStore, type SnapshotBackend, type SnapshotStore } from '@slipstream/core';
import { MEMORY_BACKEND, MEMORY_FORMAT_VERSION, MemorySnapshotDriver } from './memory-snapshot-driver.js';

/** Opens folds in memory: gone when they are closed, with nothing to install and nothing on disk. */
export interface MemorySnapshotStoreFactory {
  /** Opens an empty fold. Its cursor is none, so the watch begins with the state of the bucket. */
  open(): Promise<SnapshotStore>;
}

export const MemorySnapshotStore: MemorySnapshotStoreFactory = Object.freeze({
  async open(): Promise<SnapshotStore> {
    return guardSnapshotStore(new MemorySnapshotDriver());
  },
});

/** The engine by its name, for artifacts. The path is not used: every fold is new and independent. */
export const memoryBackend: SnapshotBackend = Object.freeze({
  name: MEMORY_BACKEND,
  formatVersion: MEMORY_FORMAT_VERSION,
  open: () => MemorySnapshotStore.open(),
});
