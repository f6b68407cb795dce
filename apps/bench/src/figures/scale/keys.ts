import { shuffledPlaces } from '../../data/bench-entries.js';
import { benchUpdates } from '../../data/bench-updates.js';
import { applyBatch } from '../../ours/apply-batch.js';
import { fillFold } from '../../ours/fill-fold.js';
import { type DiskEngine, FOLD_OPTIONS, openFold } from '../../ours/fold-engine.js';
import { HAND_BATCH } from '../../peers/hand-made-fold.js';
import { Stopwatch } from '../../trial/stopwatch.js';
import type { Trial } from '../../trial/trial.js';
import type { Comparison } from '../comparison.js';

/** Updates whose cost is measured. */
const UPDATES = 20 * HAND_BATCH;
const MICROSECONDS = 1_000_000;

const FLAT: Readonly<Record<DiskEngine, number | undefined>> = {
  log: 2,
  level: 2,
  lmdb: undefined,
  sqlite: undefined,
};

/** The cost of an update of a key that is there, in a fold with many and one with `times` fewer. */
export function keys(engine: DiskEngine, times: number, full: number): Comparison {
  const name = `scale/keys/${engine}/x${times}`;
  const atMost = FLAT[engine];
  return {
    name,
    sizes: { quick: times === 10 ? full : 0, full },
    usesBucket: false,
    ours: {
      name: `${engine} fold`,
      options: `${FOLD_OPTIONS}, apply() of ${HAND_BATCH}`,
      run: update(engine, 1),
    },
    peer: { name: `with ${times} times fewer keys`, options: 'the same', run: update(engine, times) },
    figures: [
      {
        name,
        unit: 'µs per update',
        better: 'less',
        target: atMost === undefined ? undefined : { of: 'ratio', atMost },
        reading: 'microseconds',
      },
    ],
  };
}

function update(engine: DiskEngine, fewer: number): Trial {
  return async ({ entries, directory, progress }) => {
    const kept = Math.ceil(entries / fewer);
    await using store = await openFold(engine, `${directory}/fold`);
    await fillFold(store, kept, progress);
    const order = shuffledPlaces(kept);
    const places = Uint32Array.from({ length: UPDATES }, (_, index) => order[index % kept] ?? 0);
    const updates = benchUpdates(places, 0, UPDATES, 1);
    const stopwatch = Stopwatch.start();
    for (let at = 0; at < UPDATES; at += HAND_BATCH)
      await applyBatch(store, updates.slice(at, at + HAND_BATCH));
    stopwatch.stop();
    return { work: UPDATES, readings: { microseconds: (stopwatch.seconds * MICROSECONDS) / UPDATES } };
  };
}
