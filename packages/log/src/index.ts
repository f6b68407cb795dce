export type { LogFileSystem, RandomAccessFile } from './file-system/log-file-system.js';
export { nodeFileSystem } from './file-system/node-file-system.js';
export { logBackend } from './log-backend.js';
export { logCapabilities } from './log-capabilities.js';
export type { CompactionOptions, LogConfig } from './log-config.js';
export {
  LogSnapshotStore,
  type LogSnapshotStoreFactory,
  type LogSnapshotStoreOptions,
} from './log-snapshot-store.js';
