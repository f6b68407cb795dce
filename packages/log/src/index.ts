export type { LogFileSystem, RandomAccessFile } from './file-system/log-file-system.js';
export { nodeFileSystem } from './file-system/node-file-system.js';
export type { CompactionOptions, LogConfig } from './log-config.js';
export { logCapabilities } from './log-driver.js';
export {
  LogSnapshotStore,
  type LogSnapshotStoreFactory,
  type LogSnapshotStoreOptions,
  logBackend,
} from './log-snapshot-store.js';
