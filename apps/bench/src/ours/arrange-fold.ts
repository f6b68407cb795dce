import { join } from 'node:path';
import type { Outcome, Trial, TrialContext } from '../trial/trial.js';
import { BucketFollower } from './bucket-follower.js';
import { fillFold } from './fill-fold.js';
import { type DiskEngine, openFold } from './fold-engine.js';

/** Where an arranged fold is. */
export function arrangedFold({ sharedDirectory }: Pick<TrialContext, 'sharedDirectory'>): string {
  return join(sharedDirectory, 'fold');
}

/** Leaves a fold that has all of the bucket. */
export function arrangeFold(engine: DiskEngine): Trial {
  return async (context): Promise<Outcome> => {
    await using store = await openFold(engine, arrangedFold(context));
    await using follower = await BucketFollower.connect(context);
    await follower.follow(store).ready;
    return { work: follower.applied, readings: {} };
  };
}

/** Leaves a fold that has all entries, where there is no bucket. */
export function fillArrangedFold(engine: DiskEngine): Trial {
  return async (context): Promise<Outcome> => {
    await using store = await openFold(engine, arrangedFold(context));
    await fillFold(store, context.entries, context.progress);
    return { work: context.entries, readings: {} };
  };
}
