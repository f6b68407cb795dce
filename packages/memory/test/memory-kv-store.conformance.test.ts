import {
  defineKvStoreSuite,
  propertySettings,
  type TestBucket,
  type TestBucketOptions,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { MemoryKvStore } from '../src/index.js';
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

defineKvStoreSuite(
  { describe, test },
  {
    name: 'memory',
    capabilities: { watch: true, write: true, purge: true, ttl: false, bookmarks: true, epochs: true },
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
  },
);
