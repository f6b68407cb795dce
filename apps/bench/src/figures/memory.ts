import { type DiskEngine, diskEngines, FOLD_OPTIONS } from '../ours/fold-engine.js';
import { hydrateBucket } from '../ours/hydrate-bucket.js';
import { foldByHand } from '../peers/hydrate-by-hand.js';
import { memoryUse } from '../trial/instrument.js';
import type { Comparison } from './comparison.js';

const LIMIT_MIB = 250;

/** The most memory that hydration takes: of so many entries, and of twice as many. */
export const memory: readonly Comparison[] = diskEngines.flatMap((engine) => [
  comparison(engine, `memory/${engine}`, 1),
  comparison(engine, `memory/${engine}/double`, 2),
]);

function comparison(engine: DiskEngine, name: string, times: number): Comparison {
  return {
    name,
    sizes: { quick: times === 1 ? 50_000 : 0, full: 1_000_000 * times, times },
    usesBucket: true,
    ours: { name: `watchApplied, ${engine}`, options: FOLD_OPTIONS, run: hydrateBucket(engine, memoryUse) },
    peer: foldByHand(engine, memoryUse),
    figures: [
      {
        name: `${name}/resident`,
        unit: 'MiB',
        better: 'less',
        target: { of: 'ours', atMost: LIMIT_MIB },
        reading: 'residentMiB',
      },
      { name: `${name}/anonymous`, unit: 'MiB', better: 'less', target: undefined, reading: 'anonymousMiB' },
    ],
  };
}
