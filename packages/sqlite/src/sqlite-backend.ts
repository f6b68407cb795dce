import type { SnapshotBackend } from '@slipstream/core';
import { SQLITE_BACKEND, SQLITE_FORMAT_VERSION } from './database/fold-database.js';
import type { SqliteConfig } from './sqlite-config.js';
import { SqliteSnapshotStore } from './sqlite-snapshot-store.js';

/** The engine by its name, for artifacts. */
export const sqliteBackend: SnapshotBackend<SqliteConfig> = Object.freeze({
  name: SQLITE_BACKEND,
  formatVersion: SQLITE_FORMAT_VERSION,
  open: (path: string, config?: SqliteConfig) => SqliteSnapshotStore.open({ ...config, path }),
});
