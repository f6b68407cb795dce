import { benchKey, benchValue, shuffledPlaces } from '../data/bench-entries.js';
import { fillFold } from '../ours/fill-fold.js';
import { diskEngines, FOLD_OPTIONS, type FoldEngine, openFold } from '../ours/fold-engine.js';
import { fillByHand } from '../peers/fill-by-hand.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from '../peers/open-hand-made-fold.js';
import { rateOf } from '../trial/rate-of.js';
import type { Readings, Trial } from '../trial/trial.js';
import type { Comparison, Figure } from './comparison.js';

/** Keys that are looked up in one round. */
const LOOKED_UP = 4_096;

/** Synchronous lookups of single keys, in shuffled order. */
export const get: readonly Comparison[] = [...diskEngines, 'memory' as const].map((engine) => ({
  name: `get/${engine}`,
  sizes: { quick: 50_000, full: 500_000 },
  usesBucket: false,
  ours: { name: `${engine} fold`, options: FOLD_OPTIONS, run: getOurs(engine) },
  peer: {
    name: engine === 'memory' ? 'a Map' : engine === 'log' ? 'a file by hand' : `${engine} by hand`,
    options: engine === 'memory' ? 'values not copied' : HAND_MADE_OPTIONS[engine],
    run: getByHand(engine),
  },
  figures: [...figuresOf(engine, 'hit'), ...figuresOf(engine, 'miss')],
}));

function figuresOf(engine: FoldEngine, what: 'hit' | 'miss'): readonly Figure[] {
  const figure = { unit: 'lookups/s', better: 'more', target: undefined, reading: what } as const;
  const besideMap: Figure = {
    ...figure,
    name: `get/${engine}/${what}/map`,
    beside: { reading: `map-${what}`, name: 'a Map' },
  };
  if (engine === 'memory') return [besideMap];
  return [{ ...figure, name: `get/${engine}/${what}`, target: { of: 'ratio', atLeast: 0.8 } }, besideMap];
}

function getOurs(engine: FoldEngine): Trial {
  return async ({ entries, directory, progress }) => {
    await using store = await openFold(engine, `${directory}/fold`);
    await fillFold(store, entries, progress);
    const { sync } = store;
    if (sync === undefined) throw new Error(`the ${engine} fold does not read synchronously`);
    const readings = await lookupRates(entries, '', (key) => sync.get(key) !== undefined);
    return { work: entries, readings };
  };
}

function getByHand(engine: FoldEngine): Trial {
  return async ({ entries, directory, progress }) => {
    let raw: Readings = {};
    if (engine !== 'memory') {
      const fold = await openHandMadeFold(engine, directory);
      await fillByHand(fold, entries, progress);
      raw = await lookupRates(entries, '', (key) => fold.get(key) !== undefined);
      await fold.close();
    }
    const map = new Map<string, Uint8Array>();
    for (let place = 0; place < entries; place++) map.set(benchKey(place), benchValue(place));
    const inMap = await lookupRates(entries, 'map-', (key) => map.get(key) !== undefined);
    return { work: entries, readings: { ...raw, ...inMap } };
  };
}

/** @throws {Error} when a key that is there is not found, or one that is not there is */
async function lookupRates(entries: number, name: string, has: (key: string) => boolean): Promise<Readings> {
  const keys = Array.from(shuffledPlaces(entries).subarray(0, LOOKED_UP), benchKey);
  const lookUp = (asked: readonly string[], expected: boolean) => (): number => {
    for (const key of asked) {
      if (has(key) !== expected) throw new Error(`${key} is ${expected ? 'missing' : 'there'}`);
    }
    return asked.length;
  };
  // Next to keys that are there: nothing finds out early.
  const missing = keys.map((key) => `${key.slice(0, -1)}x`);
  return {
    [`${name}hit`]: await rateOf(lookUp(keys, true)),
    [`${name}miss`]: await rateOf(lookUp(missing, false)),
  };
}
