import { pick, type Random } from '../lifetime/random-choice.js';
import type { World } from '../world/world.js';

/** Deletes a bucket and re-creates it: another epoch, in which revisions begin at 1. */
export async function recreateBucket(world: World, random: Random): Promise<void> {
  const { buckets, history, outages, violated } = world;
  const bucket = pick(random, buckets);
  // The server is not broken meanwhile: a deletion without an answer could come to pass when the next bucket is there.
  await outages.run(async () => {
    const { epoch } = bucket.current;
    await bucket.recreate(violated);
    history.inject('bucket re-created', `${bucket.name}: ${epoch} is now ${bucket.current.epoch}`);
  });
}
