import { connect } from '@nats-io/transport-node';
import { shuffledPlaces } from '../data/bench-entries.js';
import type { Outcome, TrialContext } from '../trial/trial.js';
import { fillBucket } from './fill-bucket.js';

/** What a node misses that was away for a moment. */
export const CHANGES = 1_000;

/** Changes the values of some keys, all over the bucket. */
export async function changeBucket({ serverUrl, bucket, entries, run }: TrialContext): Promise<Outcome> {
  const connection = await connect({ servers: serverUrl });
  try {
    const places = shuffledPlaces(entries).subarray(0, CHANGES);
    await fillBucket(connection, { bucket, places, round: run + 1, progress: () => undefined });
    return { work: places.length, readings: {} };
  } finally {
    await connection.close();
  }
}
