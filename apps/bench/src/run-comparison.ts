import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from './figures/comparison.js';
import type { Progress } from './report/progress.js';
import { type Pair, pairOf } from './results/pair.js';
import { runTrial } from './trial/run-trial.js';
import type { Outcome, TrialPart } from './trial/trial.js';
import type { BenchWorld } from './world/bench-world.js';

/** How a comparison is run. */
export interface RunComparisonOptions {
  readonly entries: number;
  readonly runs: number;
  readonly world: BenchWorld;
  /** What a trial's process runs: `trial/main`. */
  readonly program: URL;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const WARM_UP_ENTRIES = 2_000;

/**
 * Runs both sides once on few entries, so that the runs that count find all code in the machine's caches. Runs of
 * fewer entries still say nothing about speed, and need none.
 */
export async function warmUp(comparison: Comparison, options: RunComparisonOptions): Promise<void> {
  if (options.entries <= WARM_UP_ENTRIES) return;
  await runComparison(comparison, { ...options, entries: WARM_UP_ENTRIES, runs: 1 });
}

/**
 * Runs both sides in turns, each time in the other order, so that neither always comes second.
 * @throws {Error} what a trial threw; that both sides did not do the same work
 */
export async function runComparison(
  comparison: Comparison,
  options: RunComparisonOptions,
): Promise<readonly Pair[]> {
  const { entries, runs, world, progress } = options;
  const { name, usesBucket, arrange, peer } = comparison;
  const bucket = usesBucket
    ? await world.bucket(entries, (done) => progress.phase(`filling a bucket of ${entries}`, done, entries))
    : '';
  const sharedDirectory = join(world.directory, 'shared');
  await mkdir(sharedDirectory);

  const trial = async (part: TrialPart, run: number): Promise<Outcome> => {
    const directory = join(world.directory, 'trial');
    await mkdir(directory);
    try {
      const order = { comparison: name, part, serverUrl: world.server.url, bucket, entries };
      const place = { directory, sharedDirectory, run };
      return await runTrial(
        { ...order, ...place },
        {
          program: options.program,
          onProgress: (done) => progress.phase(`${name}: ${part}, run ${run + 1} of ${runs}`, done, entries),
          signal: options.signal,
        },
      );
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
  const pair = async (run: number): Promise<Pair> => {
    if (arrange?.run !== undefined) await trial('arrange-run', run);
    const outcomes = new Map<TrialPart, Outcome>();
    for (const part of peer === undefined ? (['ours'] as const) : inTurns(run)) {
      outcomes.set(part, await trial(part, run));
    }
    return pairOf(name, outcomes.get('ours'), outcomes.get('peer'));
  };
  try {
    if (arrange?.once !== undefined) await trial('arrange-once', 0);
    const pairs: Pair[] = [];
    for (let run = 0; run < runs; run++) pairs.push(await pair(run));
    return pairs;
  } finally {
    await rm(sharedDirectory, { recursive: true, force: true });
  }
}

function inTurns(run: number): readonly TrialPart[] {
  return run % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
}
