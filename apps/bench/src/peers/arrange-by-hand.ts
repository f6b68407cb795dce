import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskEngine } from '../ours/fold-engine.js';
import type { Trial, TrialContext } from '../trial/trial.js';
import { fillByHand } from './fill-by-hand.js';
import { openHandMadeFold } from './open-hand-made-fold.js';

/** Where an arranged fold made by hand is. */
export function arrangedByHand({ sharedDirectory }: Pick<TrialContext, 'sharedDirectory'>): string {
  return join(sharedDirectory, 'by-hand');
}

/** Leaves a fold made by hand that has all entries. */
export function arrangeByHand(engine: DiskEngine): Trial {
  return async (context) => {
    const directory = arrangedByHand(context);
    await mkdir(directory);
    const fold = await openHandMadeFold(engine, directory);
    await fillByHand(fold, context.entries, context.progress);
    const work = await fold.count();
    await fold.close();
    return { work, readings: {} };
  };
}
