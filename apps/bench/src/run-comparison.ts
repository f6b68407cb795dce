import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from './figures/comparison.js';
import type { Progress } from './report/progress.js';
import type { Pair } from './results/summarize.js';
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

/** Enough for both sides to load all their code, so that the first run finds it in the machine's caches. */
const WARM_UP_ENTRIES = 2_000;

/**
 * Runs both sides in turns: once on few entries, which does not count, then as often as asked, each time in the
 * other order, so that neither always comes second.
 * @throws {Error} what a trial threw; that both sides did not do the same work
 */
export async function runComparison(
  comparison: Comparison,
  options: RunComparisonOptions,
): Promise<readonly Pair[]> {
  const warmUp = Math.min(WARM_UP_ENTRIES, options.entries);
  await runPairs(comparison, { ...options, entries: warmUp, runs: 1 });
  return runPairs(comparison, options);
}

async function runPairs(comparison: Comparison, options: RunComparisonOptions): Promise<Pair[]> {
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
    if (peer === undefined) return { ours: (await trial('ours', run)).readings, peer: undefined };
    const outcomes = new Map<TrialPart, Outcome>();
    for (const part of inTurns(run)) outcomes.set(part, await trial(part, run));
    return samePair(name, outcomes.get('ours') as Outcome, outcomes.get('peer') as Outcome);
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

function samePair(name: string, ours: Outcome, peer: Outcome): Pair {
  if (ours.work !== peer.work) {
    throw new Error(`${name}: ours did ${ours.work} and the peer ${peer.work}: they cannot be compared`);
  }
  return { ours: ours.readings, peer: peer.readings };
}
