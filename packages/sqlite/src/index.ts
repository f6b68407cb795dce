export { sqliteBackend } from './sqlite-backend.js';
export { sqliteCapabilities } from './sqlite-capabilities.js';
export type { SqliteConfig } from './sqlite-config.js';
export type { SqliteConnectionOptions, SqliteEngine, SqliteStatement } from './sqlite-engine.js';
export {
  SqliteSnapshotStore,
  type SqliteSnapshotStoreFactory,
  type SqliteSnapshotStoreOptions,
} from './sqlite-snapshot-store.js';
