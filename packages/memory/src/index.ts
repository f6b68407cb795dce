export type { MemoryKvOptions } from './kv/memory-kv-options.js';
export { MemoryKvStore } from './kv/memory-kv-store.js';
