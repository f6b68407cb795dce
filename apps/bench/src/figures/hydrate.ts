import { BucketFollower } from '../ours/bucket-follower.js';
import {
  type DiskEngine,
  diskEngines,
  FOLD_OPTIONS,
  type FoldEngine,
  openFold,
} from '../ours/fold-engine.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from '../peers/hand-made-fold.js';
import { type HandMadeWatch, intoFold, watchByHand } from '../peers/watch-by-hand.js';
import { Stopwatch } from '../trial/stopwatch.js';
import type { Outcome, Trial, TrialContext } from '../trial/trial.js';
import type { Comparison, Figure, Side } from './comparison.js';

const SIZES = { quick: 50_000, full: 500_000 };
const MILLION = 1_000_000;

/** From an empty program to the caught-up state of the whole bucket. */
export const hydrate: readonly Comparison[] = [
  comparison('hydrate/none', 2, hydrateOurs(undefined), {
    name: 'kv.watch(), counting',
    options: 'its defaults',
    run: countByHand,
  }),
  comparison('hydrate/memory', 1.8, hydrateOurs('memory'), {
    name: 'kv.watch() into a Map',
    options: 'its defaults; values as they come, not copied',
    run: mapByHand,
  }),
  ...diskEngines.map((engine) =>
    comparison(`hydrate/${engine}`, 2, hydrateOurs(engine), {
      name: `kv.watch() into ${engine === 'log' ? 'a file' : engine}`,
      options: HAND_MADE_OPTIONS[engine],
      run: foldByHand(engine),
    }),
  ),
];

function comparison(name: string, atLeast: number, ours: Trial, peer: Side): Comparison {
  const engine = name.slice('hydrate/'.length);
  const options = engine === 'none' ? 'no store' : engine === 'memory' ? 'no options' : FOLD_OPTIONS;
  return {
    name,
    sizes: SIZES,
    usesBucket: true,
    ours: { name: `watchApplied, ${engine}`, options, run: ours },
    peer,
    figures: figuresOf(name, atLeast),
  };
}

function figuresOf(name: string, atLeast: number): readonly Figure[] {
  return [
    {
      name,
      unit: 'updates/s',
      better: 'more',
      target: { of: 'ratio', atLeast },
      reading: 'updatesPerSecond',
    },
    {
      name: `${name}/cpu`,
      unit: 'CPU s per million',
      better: 'less',
      target: undefined,
      reading: 'cpuSecondsPerMillion',
    },
  ];
}

/** Until `ready`: everything the source had is applied, and committed where there is a store. */
export function hydrateOurs(engine: FoldEngine | undefined): Trial {
  return async (context) => {
    await using follower = await BucketFollower.connect(context);
    await using store = engine && (await openFold(engine, `${context.directory}/fold`));
    const stopwatch = Stopwatch.start();
    await follower.follow(store).ready;
    stopwatch.stop();
    return outcome(follower.applied, stopwatch);
  };
}

async function countByHand(context: TrialContext): Promise<Outcome> {
  let count = 0;
  return takeByHand(context, { take: () => context.progress(++count) }, () => count);
}

async function mapByHand(context: TrialContext): Promise<Outcome> {
  const map = new Map<string, Uint8Array>();
  const watch: HandMadeWatch = {
    take({ key, value, operation }) {
      if (operation === 'PUT') map.set(key, value);
      else map.delete(key);
    },
  };
  return takeByHand(context, watch, () => map.size);
}

/** What {@link hydrateOurs} is compared with, on an engine. */
export function foldByHand(engine: DiskEngine): Trial {
  return async (context) => {
    const fold = await openHandMadeFold(engine, context.directory);
    try {
      return await takeByHand(context, intoFold(fold, context.progress), () => fold.count());
    } finally {
      await fold.close();
    }
  };
}

async function takeByHand(
  context: TrialContext,
  watch: HandMadeWatch,
  count: () => number | Promise<number>,
): Promise<Outcome> {
  const stopwatch = new Stopwatch();
  await watchByHand(
    context,
    () => stopwatch.start(),
    watch,
    () => stopwatch.stop(),
  );
  return outcome(await count(), stopwatch);
}

function outcome(work: number, { seconds, cpuSeconds }: Stopwatch): Outcome {
  return {
    work,
    readings: {
      updatesPerSecond: work / seconds,
      cpuSecondsPerMillion: (cpuSeconds / work) * MILLION,
    },
  };
}
