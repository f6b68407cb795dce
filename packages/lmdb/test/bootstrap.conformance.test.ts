import { MemoryKvStore, MemorySnapshotStore, memoryCapabilities } from '@slipstream/memory';
import {
  defineBootstrapSuite,
  noLocation,
  propertySettings,
  type TemporaryDirectory,
  type TestBucket,
  temporaryDirectory,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { LmdbSnapshotStore, lmdbBackend, lmdbCapabilities } from '../src/index.js';

defineBootstrapSuite<TestBucket, TemporaryDirectory>(
  { describe, test },
  {
    name: 'memory source to lmdb and memory folds',
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
      name: 'lmdb',
      capabilities: lmdbCapabilities,
      createLocation: temporaryDirectory,
      open: ({ path }) => LmdbSnapshotStore.open({ path }),
      artifacts: { backend: lmdbBackend, path: ({ path }) => path },
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
