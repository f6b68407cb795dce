import type { SnapshotBackend } from '@slipstream/core';
import type { SqliteConfig } from './sqlite-config.js';
import { SQLITE_BACKEND, SQLITE_FORMAT_VERSION } from './sqlite-format.js';
import { SqliteSnapshotStore } from './sqlite-snapshot-store.js';

/** The engine by its name, for artifacts. */
export const sqliteBackend: SnapshotBackend<SqliteConfig> = Object.freeze({
  name: SQLITE_BACKEND,
  formatVersion: SQLITE_FORMAT_VERSION,
  open: (path: string, config?: SqliteConfig) => SqliteSnapshotStore.open({ ...config, path }),
});
