import { BucketFollower } from '../ours/bucket-follower.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, openFold } from '../ours/fold-engine.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from '../peers/hand-made-fold.js';
import { intoFold, watchByHand } from '../peers/watch-by-hand.js';
import { type MemoryUse, measureMemory } from '../trial/memory-use.js';
import type { Outcome, Trial } from '../trial/trial.js';
import type { Comparison } from './comparison.js';

const LIMIT_MIB = 250;

/** The most memory that hydration takes: of so many entries, and of twice as many. */
export const memory: readonly Comparison[] = diskEngines.flatMap((engine) => [
  comparison(engine, `memory/${engine}`, 1),
  comparison(engine, `memory/${engine}/double`, 2),
]);

function comparison(engine: DiskEngine, name: string, times: number): Comparison {
  return {
    name,
    sizes: { quick: times === 1 ? 50_000 : 0, full: 1_000_000 * times, times },
    usesBucket: true,
    ours: { name: `watchApplied, ${engine}`, options: FOLD_OPTIONS, run: hydrateOurs(engine) },
    peer: {
      name: `kv.watch() into ${engine === 'log' ? 'a file' : engine}`,
      options: HAND_MADE_OPTIONS[engine],
      run: hydrateByHand(engine),
    },
    figures: [
      {
        name: `${name}/resident`,
        unit: 'MiB',
        better: 'less',
        target: { of: 'ours', atMost: LIMIT_MIB },
        reading: 'residentMiB',
      },
      { name: `${name}/anonymous`, unit: 'MiB', better: 'less', target: undefined, reading: 'anonymousMiB' },
    ],
  };
}

function hydrateOurs(engine: DiskEngine): Trial {
  return async (context) => {
    const measured = measureMemory();
    await using store = await openFold(engine, `${context.directory}/fold`);
    await using follower = await BucketFollower.connect(context);
    await follower.follow(store).ready;
    return outcome(follower.applied, measured());
  };
}

function hydrateByHand(engine: DiskEngine): Trial {
  return async (context) => {
    const measured = measureMemory();
    const fold = await openHandMadeFold(engine, context.directory);
    const nothing = (): void => undefined;
    await watchByHand(context, nothing, intoFold(fold, context.progress), nothing);
    const use = measured();
    const work = await fold.count();
    await fold.close();
    return outcome(work, use);
  };
}

function outcome(work: number, { residentMiB, anonymousMiB }: MemoryUse): Outcome {
  return { work, readings: { residentMiB, ...(anonymousMiB === undefined ? {} : { anonymousMiB }) } };
}
