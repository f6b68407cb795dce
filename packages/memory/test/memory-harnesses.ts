import {
  type KvStoreHarness,
  noLocation,
  propertySettings,
  type SnapshotStoreHarness,
  type TestBucket,
  type TestBucketOptions,
} from '@slipstream/test-kit';
import { MemoryKvStore, MemorySnapshotStore, memoryCapabilities } from '../src/index.js';
import { ShiftedClock } from './shifted-clock.js';

interface MemoryTestBucket extends TestBucket {
  readonly store: MemoryKvStore;
  readonly clock: ShiftedClock;
}

async function createBucket(options: TestBucketOptions): Promise<MemoryTestBucket> {
  const clock = new ShiftedClock();
  const store = await MemoryKvStore.open({ name: 'conformance', clock, bookmarkIntervalMs: 10, ...options });
  return { store, clock, [Symbol.asyncDispose]: () => store.close() };
}

export const memorySource: KvStoreHarness<MemoryTestBucket> = {
  name: 'memory',
  capabilities: { watch: true, write: true, purge: true, ttl: false, bookmarks: true, epochs: true },
  knownKeys: true,
  supports: ['history', 'maxBytes', 'discard', 'maxAgeMs', 'maxValueBytes', 'markerTtlMs'],
  createBucket,
  openHandle: ({ store }) => store.openHandle(),
  async recreate({ store }) {
    await store.recreate();
    return store.openHandle();
  },
  evictBefore: ({ store }, revision) => store.dropBefore(revision),
  async removeMarkers({ store }) {
    await store.purgeDeletes(0);
  },
  countConsumers: async ({ store }) => store.attachedWatches,
  async advanceTime({ clock }, ms) {
    clock.shift(ms);
  },
  property: propertySettings(process.env),
};

export const memoryFold: SnapshotStoreHarness = {
  name: 'memory',
  capabilities: memoryCapabilities,
  createLocation: noLocation,
  open: () => MemorySnapshotStore.open(),
  largeFold: 200_000,
  property: propertySettings(process.env),
};
