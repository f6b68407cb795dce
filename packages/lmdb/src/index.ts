export { lmdbBackend } from './lmdb-backend.js';
export { lmdbCapabilities } from './lmdb-capabilities.js';
export type { LmdbConfig, LmdbEngineOptions } from './lmdb-config.js';
export type { LmdbEngine, LmdbItem, LmdbRange, LmdbReadTransaction } from './lmdb-engine.js';
export {
  type LmdbFoldEngine,
  type LmdbFoldLocation,
  LmdbSnapshotStore,
  type LmdbSnapshotStoreFactory,
  type LmdbSnapshotStoreOptions,
} from './lmdb-snapshot-store.js';
