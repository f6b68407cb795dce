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
  await follower.follow(store).ready;
  // The clock of a process begins with it.
  const seconds = performance.now() / 1_000;
  const { user, system } = process.cpuUsage();
  const readings = { seconds, cpuSeconds: (user + system) / 1_000_000 };
  return { work: (await store.stats()).entries, readings };
}

/** What a start is compared with: the same, with an empty fold. */
export function replay(engine: DiskEngine): Trial {
  return (context) => startToReady(context, engine, `${context.directory}/replayed`);
}
