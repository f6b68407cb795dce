import type { SnapshotBackend } from '@slipstream/core';
import type { LmdbConfig } from './lmdb-config.js';
import { LMDB_BACKEND, LMDB_FORMAT_VERSION } from './lmdb-format.js';
import { LmdbSnapshotStore } from './lmdb-snapshot-store.js';

/** The engine by its name, for artifacts. */
export const lmdbBackend: SnapshotBackend<LmdbConfig> = Object.freeze({
  name: LMDB_BACKEND,
  formatVersion: LMDB_FORMAT_VERSION,
  open: (path: string, config?: LmdbConfig) => LmdbSnapshotStore.open({ ...config, path }),
});
