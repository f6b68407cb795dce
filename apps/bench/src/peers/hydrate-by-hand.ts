import type { Side } from '../figures/comparison.js';
import type { DiskEngine } from '../ours/fold-engine.js';
import type { Instrument } from '../trial/instrument.js';
import type { Outcome, Trial, TrialContext } from '../trial/trial.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from './open-hand-made-fold.js';
import { type HandMadeWatch, intoFold, watchByHand } from './watch-by-hand.js';

/** `kv.watch()`, and nothing done with what comes. */
export function countByHand(makeInstrument: () => Instrument): Trial {
  return async (context) => {
    let count = 0;
    const watch = { take: () => context.progress(++count) };
    return measureByHand(context, makeInstrument(), watch, () => count);
  };
}

/** `kv.watch()` into a `Map`. */
export function mapByHand(makeInstrument: () => Instrument): Trial {
  return async (context) => {
    const map = new Map<string, Uint8Array>();
    const watch: HandMadeWatch = {
      take({ key, value, operation }) {
        if (operation === 'PUT') map.set(key, value);
        else map.delete(key);
      },
    };
    return measureByHand(context, makeInstrument(), watch, () => map.size);
  };
}

/** `kv.watch()` into a hand-made fold, as a side of a comparison. */
export function foldByHand(engine: DiskEngine, makeInstrument: () => Instrument): Side {
  return {
    name: `kv.watch() into ${engine === 'log' ? 'a file' : engine}`,
    options: HAND_MADE_OPTIONS[engine],
    run: async (context) => {
      const fold = await openHandMadeFold(engine, context.directory);
      try {
        const watch = intoFold(fold, context.progress);
        return await measureByHand(context, makeInstrument(), watch, () => fold.count());
      } finally {
        await fold.close();
      }
    },
  };
}

async function measureByHand(
  context: TrialContext,
  instrument: Instrument,
  watch: HandMadeWatch,
  count: () => number | Promise<number>,
): Promise<Outcome> {
  await watchByHand(context, instrument, watch);
  const work = await count();
  return { work, readings: instrument.readings(work) };
}
