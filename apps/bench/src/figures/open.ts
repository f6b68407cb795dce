import { benchKey } from '../data/bench-entries.js';
import { arrangedFold, fillArrangedFold } from '../ours/arrange-fold.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, loadEngine } from '../ours/fold-engine.js';
import { arrangeByHand, arrangedByHand } from '../peers/arrange-by-hand.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from '../peers/open-hand-made-fold.js';
import { elapsed } from '../trial/instrument.js';
import type { Trial } from '../trial/trial.js';
import type { Comparison } from './comparison.js';
import { startFigures } from './start-figures.js';

/** Opening a fold that is there, until the first value was read from it; the engine's code is loaded before. */
export const open: readonly Comparison[] = diskEngines.map((engine) => ({
  name: `open/${engine}`,
  sizes: { quick: 50_000, full: 1_000_000 },
  usesBucket: false,
  arrange: { once: arrangeBoth(engine) },
  ours: { name: `${engine} fold`, options: FOLD_OPTIONS, run: openOurs(engine) },
  peer: {
    name: engine === 'log' ? 'a file by hand' : `${engine} by hand`,
    options: HAND_MADE_OPTIONS[engine],
    run: openByHand(engine),
  },
  figures: startFigures(`open/${engine}`, undefined),
}));

function arrangeBoth(engine: DiskEngine): Trial {
  return async (context) => {
    await arrangeByHand(engine)(context);
    return fillArrangedFold(engine)(context);
  };
}

function openOurs(engine: DiskEngine): Trial {
  return async (context) => {
    const backend = await loadEngine(engine);
    const instrument = elapsed();
    instrument.start();
    await using store = await backend.open(arrangedFold(context));
    if ((await store.get(benchKey(0))) === undefined) throw new Error('the fold is empty');
    instrument.stop();
    const work = (await store.stats()).entries;
    return { work, readings: instrument.readings(work) };
  };
}

function openByHand(engine: DiskEngine): Trial {
  return async (context) => {
    // Loads the engine.
    await (await openHandMadeFold(engine, context.directory)).close();
    const instrument = elapsed();
    instrument.start();
    const fold = await openHandMadeFold(engine, arrangedByHand(context));
    if (fold.get(benchKey(0)) === undefined) throw new Error('the fold by hand is empty');
    instrument.stop();
    const work = await fold.count();
    await fold.close();
    return { work, readings: instrument.readings(work) };
  };
}
