import { describe, test } from 'vitest';
import type { SnapshotBackend, SnapshotCapabilities } from '../../packages/core/src/index.js';
import type * as Memory from '../../packages/memory/src/index.js';
import {
  defineBootstrapSuite,
  noLocation,
  propertySettings,
  type TemporaryDirectory,
  type TestBucket,
  temporaryDirectory,
} from '../../packages/test-kit/src/index.js';

/** Declares the bootstrap suite for a fold with files: from the source in memory, and to and from the fold in memory. */
export function defineFoldBootstrap<Config>(
  backend: SnapshotBackend<Config>,
  capabilities: SnapshotCapabilities,
  { MemoryKvStore, MemorySnapshotStore, memoryCapabilities }: typeof Memory,
): void {
  defineBootstrapSuite<TestBucket, TemporaryDirectory>(
    { describe, test },
    {
      name: `memory source to ${backend.name} and memory folds`,
      source: {
        name: 'memory',
        capabilities: { watch: true, write: true, purge: true, ttl: false, bookmarks: true, epochs: true },
        supports: ['history'],
        async createBucket(options) {
          const store = await MemoryKvStore.open({ name: 'bootstrap', ...options });
          return { store, [Symbol.asyncDispose]: () => store.close() };
        },
      },
      fold: {
        name: backend.name,
        capabilities,
        createLocation: temporaryDirectory,
        open: ({ path }) => backend.open(path),
        artifacts: { backend, path: ({ path }) => path },
      },
      otherFold: {
        name: 'memory',
        capabilities: memoryCapabilities,
        createLocation: noLocation,
        open: () => MemorySnapshotStore.open(),
      },
      property: propertySettings(process.env),
    },
  );
}
