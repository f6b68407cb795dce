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

/** Lookups of single keys in shuffled order: synchronous, and awaited one by one. */
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
  figures: [...figuresOf(engine, 'hit'), ...figuresOf(engine, 'miss'), ...awaitedFigures(engine)],
}));

function awaitedFigures(engine: FoldEngine): readonly Figure[] {
  if (engine === 'memory') return [];
  const name = `get/${engine}/awaited`;
  return [{ name, unit: 'lookups/s', better: 'more', target: undefined, reading: 'awaited' }];
}

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
    const awaited = await awaitedRate(entries, (key) => store.get(key));
    return { work: entries, readings: { ...readings, awaited } };
  };
}

function getByHand(engine: FoldEngine): Trial {
  return async ({ entries, directory, progress }) => {
    let raw: Readings = {};
    if (engine !== 'memory') {
      const fold = await openHandMadeFold(engine, directory);
      await fillByHand(fold, entries, progress);
      raw = {
        ...(await lookupRates(entries, '', (key) => fold.get(key) !== undefined)),
        awaited: await awaitedRate(entries, (key) => fold.getLater(key)),
      };
      await fold.close();
    }
    const map = new Map<string, Uint8Array>();
    for (let place = 0; place < entries; place++) map.set(benchKey(place), benchValue(place));
    const inMap = await lookupRates(entries, 'map-', (key) => map.get(key) !== undefined);
    return { work: entries, readings: { ...raw, ...inMap } };
  };
}

/** Keys that are there, in shuffled order. */
function lookedUpKeys(entries: number): string[] {
  return Array.from(shuffledPlaces(entries).subarray(0, LOOKED_UP), benchKey);
}

/** @throws {Error} when a key that is there is not found */
function awaitedRate(entries: number, get: (key: string) => Promise<unknown>): Promise<number> {
  const keys = lookedUpKeys(entries);
  return rateOf(async () => {
    for (const key of keys) {
      if ((await get(key)) === undefined) throw new Error(`${key} is missing`);
    }
    return keys.length;
  });
}

/** @throws {Error} when a key that is there is not found, or one that is not there is */
async function lookupRates(entries: number, name: string, has: (key: string) => boolean): Promise<Readings> {
  const keys = lookedUpKeys(entries);
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
