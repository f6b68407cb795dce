import {
  defineBootstrapSuite,
  noLocation,
  propertySettings,
  type SnapshotStoreHarness,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { MemoryKvStore, MemorySnapshotStore, memoryCapabilities } from '../src/index.js';

const fold: SnapshotStoreHarness = {
  name: 'memory',
  capabilities: memoryCapabilities,
  createLocation: noLocation,
  open: () => MemorySnapshotStore.open(),
};

defineBootstrapSuite(
  { describe, test },
  {
    name: 'memory source to memory folds',
    source: {
      name: 'memory',
      capabilities: { watch: true, write: true, purge: true, ttl: false, bookmarks: true, epochs: true },
      supports: ['history'],
      async createBucket(options) {
        const store = await MemoryKvStore.open({ name: 'bootstrap', ...options });
        return { store, [Symbol.asyncDispose]: () => store.close() };
      },
    },
    fold,
    otherFold: fold,
    property: propertySettings(process.env),
  },
);
