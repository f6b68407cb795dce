import { SlowConsumer } from '../trial/slow-consumer.js';
import type { Trial } from '../trial/trial.js';
import { BucketFollower } from './bucket-follower.js';

/** Follows a bucket with an `apply` that is slower than the server. */
export const consumeSlowly: Trial = async (context) => {
  await using follower = await BucketFollower.connect(context);
  const consumer = new SlowConsumer(context.entries);
  await follower.follow(undefined, { received: (batch) => consumer.take(batch.length) }).ready;
  return { work: consumer.taken, readings: consumer.readings() };
};
