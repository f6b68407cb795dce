import type { SimulatedBucket, SimulatedWorld } from '@slipstream/test-kit';
import { MemoryKvStore } from '../src/index.js';

/** A bucket in memory, under the time and chance of a simulation. */
export async function simulatedBucket({ clock, random }: SimulatedWorld): Promise<SimulatedBucket> {
  const store = await MemoryKvStore.open({ name: 'simulated', clock, random });
  return {
    store,
    evictBefore: (revision) => store.dropBefore(revision),
    removeMarkers: async (olderThanMs) => void (await store.purgeDeletes(olderThanMs)),
    recreate: () => store.recreate(),
    close: () => store.close(),
  };
}
