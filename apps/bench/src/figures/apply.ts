import { shuffledPlaces } from '../data/bench-entries.js';
import { benchUpdates, handUpdates } from '../data/bench-updates.js';
import { applyBatch } from '../ours/apply-batch.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, openFold } from '../ours/fold-engine.js';
import { HAND_BATCH } from '../peers/hand-made-fold.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from '../peers/open-hand-made-fold.js';
import { type Instrument, throughput } from '../trial/instrument.js';
import type { Trial } from '../trial/trial.js';
import type { Comparison, Target } from './comparison.js';
import { throughputFigures } from './throughput-figures.js';

/** So many updates are made at once, while the clock stands still: no less than any fold's own batch. */
const SUPPLY = 131_072;

const CATCH_UP_TARGETS: Readonly<Record<DiskEngine, Target | undefined>> = {
  log: undefined,
  level: { of: 'ratio', atLeast: 1.2 },
  lmdb: { of: 'ratio', atLeast: 1.8 },
  sqlite: { of: 'ratio', atLeast: 1.8 },
};

/** The fold alone: from empty, keys in shuffled order. */
export const apply: readonly Comparison[] = diskEngines.flatMap((engine) => [
  comparison(engine, 'batch-1024', HAND_BATCH, { of: 'ratio', atLeast: 1 }),
  comparison(engine, 'catch-up', undefined, CATCH_UP_TARGETS[engine]),
]);

function comparison(
  engine: DiskEngine,
  what: string,
  batch: number | undefined,
  target: Target | undefined,
): Comparison {
  const name = `apply/${engine}/${what}`;
  const options = `${FOLD_OPTIONS}, apply() of ${batch ?? 'catchUpBatch'} updates`;
  return {
    name,
    sizes: { quick: 50_000, full: 1_000_000 },
    usesBucket: false,
    ours: { name: `${engine} fold`, options, run: applyOurs(engine, batch) },
    peer: {
      name: engine === 'log' ? 'a file by hand' : `${engine} by hand`,
      options: HAND_MADE_OPTIONS[engine],
      run: applyByHand(engine),
    },
    figures: throughputFigures(name, target),
  };
}

/** @param batch - Updates per `apply`; `undefined`: as many as the fold asks for. */
function applyOurs(engine: DiskEngine, batch: number | undefined): Trial {
  return async ({ entries, directory, progress }) => {
    const store = await openFold(engine, `${directory}/fold`);
    const size = batch ?? store.catchUpBatch ?? HAND_BATCH;
    const instrument = throughput();
    await inSupplies(entries, size, benchUpdates, progress, async (updates) => {
      instrument.start();
      await applyBatch(store, updates);
      instrument.stop();
    });
    const work = (await store.stats()).entries;
    await closeTimed(store, instrument);
    return { work, readings: instrument.readings(work) };
  };
}

function applyByHand(engine: DiskEngine): Trial {
  return async ({ entries, directory, progress }) => {
    const fold = await openHandMadeFold(engine, directory);
    const instrument = throughput();
    await inSupplies(entries, HAND_BATCH, handUpdates, progress, async (updates) => {
      instrument.start();
      const written = fold.write(updates);
      if (written !== undefined) await written;
      instrument.stop();
    });
    const work = await fold.count();
    await closeTimed(fold, instrument);
    return { work, readings: instrument.readings(work) };
  };
}

/** Hands out all updates in batches. What was made stays clear of the clock, and of the batch's own memory. */
async function inSupplies<U>(
  entries: number,
  batch: number,
  make: (places: Uint32Array, first: number, count: number) => U[],
  progress: (done: number) => void,
  take: (updates: readonly U[]) => Promise<void>,
): Promise<void> {
  const places = shuffledPlaces(entries);
  const supply = Math.max(batch, SUPPLY - (SUPPLY % batch));
  for (let first = 0; first < entries; first += supply) {
    const updates = make(places, first, supply);
    for (let at = 0; at < updates.length; at += batch) {
      await take(updates.slice(at, at + batch));
      progress(first + at);
    }
  }
}

/** What an engine puts off until it is closed, such as SQLite the log, is part of the work. */
async function closeTimed(fold: { close(): void | Promise<void> }, instrument: Instrument): Promise<void> {
  instrument.start();
  await fold.close();
  instrument.stop();
}
