import { pick, type Random } from '../lifetime/seeded-random.js';
import type { World } from '../world/world.js';

const MARKERS_AT_ONCE = 20;

/** Removes delete markers, or a consumer, on the server, behind the back of all clients. */
export async function tamperWithStreams(world: World, random: Random): Promise<void> {
  const { admin, buckets, history } = world;
  const bucket = pick(random, buckets);
  const { name, ledger } = bucket;
  try {
    if (random() < 0.3) {
      const consumers = await admin.consumersOf(name);
      if (consumers.length === 0) return;
      const consumer = pick(random, consumers);
      history.inject('consumer deleted', `${consumer} of ${name}`);
      await admin.deleteConsumer(name, consumer);
    } else {
      const keys = ledger.deletedKeys().slice(0, MARKERS_AT_ONCE);
      history.inject('markers removed', `${keys.length} of ${name}`);
      for (const key of keys) await forget(world, name, key, ledger.certain(key)?.revision);
    }
  } catch {
    // The server is being broken at the same time: what was not done is not needed.
    history.note(`${name} could not be reached`);
  }
}

async function forget({ admin }: World, bucket: string, key: string, revision?: number): Promise<void> {
  if (revision !== undefined) await admin.forget(bucket, key, revision);
}
