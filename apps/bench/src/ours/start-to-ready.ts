import { sinceStart } from '../trial/instrument.js';
import type { Outcome, Trial, TrialContext } from '../trial/trial.js';
import { BucketFollower } from './bucket-follower.js';
import { type DiskEngine, openFold } from './fold-engine.js';

/**
 * Opens a fold and follows the bucket until it is ready; counts from the start of the process. The work is what
 * is in the fold in the end.
 */
export async function startToReady(
  context: TrialContext,
  engine: DiskEngine,
  path: string,
): Promise<Outcome> {
  await using store = await openFold(engine, path);
  await using follower = await BucketFollower.connect(context);
  const instrument = sinceStart();
  await follower.follow(store).ready;
  instrument.stop();
  const work = (await store.stats()).entries;
  return { work, readings: instrument.readings(work) };
}

/** What a start is compared with: the same, with an empty fold. */
export function replay(engine: DiskEngine): Trial {
  return (context) => startToReady(context, engine, `${context.directory}/replayed`);
}
