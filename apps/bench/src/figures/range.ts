import type { SnapshotStore } from '@slipstream/core';
import { benchKey, benchValue, GROUP_SIZE, groupPrefix } from '../data/bench-entries.js';
import { fillFold } from '../ours/fill-fold.js';
import { diskEngines, FOLD_OPTIONS, type FoldEngine, openFold } from '../ours/fold-engine.js';
import { fillByHand } from '../peers/fill-by-hand.js';
import { HAND_MADE_OPTIONS, openHandMadeFold } from '../peers/open-hand-made-fold.js';
import { rateOf } from '../trial/rate-of.js';
import type { Readings, Trial } from '../trial/trial.js';
import type { Comparison, Figure } from './comparison.js';

/** All entries under a prefix that a thousand keys have. */
export const range: readonly Comparison[] = [...diskEngines, 'memory' as const].map((engine) => ({
  name: `range/${engine}`,
  sizes: { quick: 50_000, full: 500_000 },
  usesBucket: false,
  ours: { name: `${engine} fold`, options: FOLD_OPTIONS, run: rangeOurs(engine) },
  peer: {
    name: engine === 'memory' ? 'a Map' : engine === 'log' ? 'a file by hand' : `${engine} by hand`,
    options: engine === 'memory' ? 'every key compared, then sorted' : HAND_MADE_OPTIONS[engine],
    run: rangeByHand(engine),
  },
  figures: figuresOf(engine),
}));

function figuresOf(engine: FoldEngine): readonly Figure[] {
  const figure = { unit: 'entries/s', better: 'more', target: undefined, reading: 'range' } as const;
  const besideMap: Figure = {
    ...figure,
    name: `range/${engine}/map`,
    beside: { reading: 'map-range', name: 'a Map, every key compared' },
  };
  if (engine === 'memory') return [besideMap];
  return [{ ...figure, name: `range/${engine}`, target: { of: 'ratio', atLeast: 0.8 } }, besideMap];
}

function rangeOurs(engine: FoldEngine): Trial {
  return async ({ entries, directory, progress }) => {
    await using store = await openFold(engine, `${directory}/fold`);
    await fillFold(store, entries, progress);
    return {
      work: entries,
      readings: { range: await rangeRate(entries, (prefix) => readAll(store, prefix)) },
    };
  };
}

/** Synchronously where the fold can. */
function readAll(store: SnapshotStore, prefix: string): number | Promise<number> {
  const entries = store.sync?.range?.(prefix);
  if (entries === undefined) return readInPages(store, prefix);
  let count = 0;
  for (const _ of entries) count += 1;
  return count;
}

async function readInPages(store: SnapshotStore, prefix: string): Promise<number> {
  let count = 0;
  for await (const _ of store.range(prefix)) count += 1;
  return count;
}

function rangeByHand(engine: FoldEngine): Trial {
  return async ({ entries, directory, progress }) => {
    let raw: Readings = {};
    if (engine !== 'memory') {
      const fold = await openHandMadeFold(engine, directory);
      await fillByHand(fold, entries, progress);
      raw = { range: await rangeRate(entries, (prefix) => fold.range(prefix)) };
      await fold.close();
    }
    const map = new Map<string, Uint8Array>();
    for (let place = 0; place < entries; place++) map.set(benchKey(place), benchValue(place));
    const inMap = await rangeRate(entries, (prefix) => {
      const keys = [...map.keys()].filter((key) => key.startsWith(prefix)).sort();
      return keys.filter((key) => map.get(key) !== undefined).length;
    });
    return { work: entries, readings: { ...raw, 'map-range': inMap } };
  };
}

/** @throws {Error} when a range is not complete */
function rangeRate(entries: number, read: (prefix: string) => number | Promise<number>): Promise<number> {
  const groups = Math.ceil(entries / GROUP_SIZE);
  let group = 0;
  return rateOf(async () => {
    const asked = group++ % groups;
    const count = await read(groupPrefix(asked));
    const expected = Math.min(GROUP_SIZE, entries - asked * GROUP_SIZE);
    if (count !== expected) throw new Error(`${groupPrefix(asked)} has ${count} entries, not ${expected}`);
    return count;
  });
}
