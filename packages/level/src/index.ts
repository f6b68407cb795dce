export { levelBackend } from './level-backend.js';
export { levelCapabilities } from './level-capabilities.js';
export type { LevelConfig, LevelEngineOptions } from './level-config.js';
export type {
  LevelBatch,
  LevelBytes,
  LevelEncodings,
  LevelEngine,
  LevelGetOptions,
  LevelIterator,
  LevelIteratorOptions,
  LevelOperation,
  LevelReadOptions,
  LevelSnapshot,
  LevelWriteOptions,
} from './level-engine.js';
export {
  type LevelFoldEngine,
  type LevelFoldLocation,
  LevelSnapshotStore,
  type LevelSnapshotStoreFactory,
  type LevelSnapshotStoreOptions,
} from './level-snapshot-store.js';
