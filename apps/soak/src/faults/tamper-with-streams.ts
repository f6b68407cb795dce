import { pick, type Random } from '../lifetime/random-choice.js';
import type { World } from '../world/world.js';

const MARKERS_AT_ONCE = 20;

/** Removes delete markers, or a consumer, on the server, unnoticed by all clients. */
export async function tamperWithStreams(world: World, random: Random): Promise<void> {
  const { admin, buckets, history } = world;
  const bucket = pick(random, buckets);
  const { name, settings } = bucket;
  try {
    if (random() < 0.3 || !settings.forgets) {
      const consumers = await admin.consumersOf(name);
      if (consumers.length === 0) return;
      const consumer = pick(random, consumers);
      history.inject('consumer deleted', `${consumer} of ${name}`);
      await admin.deleteConsumer(name, consumer);
    } else {
      // The revisions are taken now: whatever is written to a key meanwhile is past them, and stays.
      const markers = bucket.ledger.deleted().slice(-MARKERS_AT_ONCE);
      history.inject('markers removed', `${markers.length} of ${name}`);
      for (const [key, revision] of markers) {
        await bucket.change(async ({ ledger }) => {
          if (ledger.certain(key)?.revision !== revision) return;
          ledger.forget(key);
          await admin.forget(name, key, revision);
        });
      }
    }
  } catch {
    // The server is being broken at the same time: what was not done is not needed.
    history.note(`${name} could not be reached`);
  }
}
