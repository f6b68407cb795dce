export type { MemoryKvOptions } from './kv/memory-kv-options.js';
export { MemoryKvStore } from './kv/memory-kv-store.js';
export { memoryCapabilities } from './snapshot/memory-snapshot-driver.js';
export {
  MemorySnapshotStore,
  type MemorySnapshotStoreFactory,
  memoryBackend,
} from './snapshot/memory-snapshot-store.js';
