import { consumeSlowly } from '../ours/consume-slowly.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS } from '../ours/fold-engine.js';
import { hydrateBucket } from '../ours/hydrate-bucket.js';
import { foldByHand } from '../peers/hydrate-by-hand.js';
import { consumeSlowlyByHand } from '../peers/slow-watch-by-hand.js';
import { memoryUse } from '../trial/instrument.js';
import { UPDATES_PER_SECOND } from '../trial/slow-consumer.js';
import type { Comparison } from './comparison.js';

const LIMIT_MIB = 250;

/** The most memory that hydration takes: of n entries, of twice as many, and with a slow `apply`. */
export const memory: readonly Comparison[] = [
  ...diskEngines.flatMap((engine) => [
    comparison(engine, `memory/${engine}`, 1),
    comparison(engine, `memory/${engine}/double`, 2),
  ]),
  {
    name: 'memory/slow-consumer',
    sizes: { quick: 50_000, full: 500_000 },
    usesBucket: true,
    ours: {
      name: 'watchApplied, no store, a slow apply',
      options: `${UPDATES_PER_SECOND} updates/s`,
      run: consumeSlowly,
    },
    peer: {
      name: 'kv.watch(), as slow',
      options: `its defaults, ${UPDATES_PER_SECOND} updates/s`,
      run: consumeSlowlyByHand,
    },
    figures: [
      {
        name: 'memory/slow-consumer/resident',
        unit: 'MiB',
        better: 'less',
        target: undefined,
        reading: 'residentMiB',
      },
      {
        name: 'memory/slow-consumer/kept',
        unit: 'MiB',
        better: 'less',
        target: undefined,
        reading: 'keptMiB',
      },
    ],
  },
];

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
