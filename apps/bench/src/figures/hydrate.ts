import { diskEngines, FOLD_OPTIONS } from '../ours/fold-engine.js';
import { hydrateBucket } from '../ours/hydrate-bucket.js';
import { countByHand, foldByHand, mapByHand } from '../peers/hydrate-by-hand.js';
import { throughput } from '../trial/instrument.js';
import type { Trial } from '../trial/trial.js';
import type { Comparison, Side } from './comparison.js';
import { throughputFigures } from './throughput-figures.js';

const SIZES = { quick: 50_000, full: 500_000 };

/** From an empty program to the caught-up state of the whole bucket. */
export const hydrate: readonly Comparison[] = [
  comparison('hydrate/none', 2, hydrateBucket(undefined, throughput), {
    name: 'kv.watch(), counting',
    options: 'its defaults',
    run: countByHand(throughput),
  }),
  comparison('hydrate/memory', 1.8, hydrateBucket('memory', throughput), {
    name: 'kv.watch() into a Map',
    options: 'its defaults; values as they come, not copied',
    run: mapByHand(throughput),
  }),
  ...diskEngines.map((engine) =>
    comparison(`hydrate/${engine}`, 2, hydrateBucket(engine, throughput), foldByHand(engine, throughput)),
  ),
];

function comparison(name: string, atLeast: number, ours: Trial, peer: Side): Comparison {
  const engine = name.slice('hydrate/'.length);
  const options = engine === 'none' ? 'no store' : engine === 'memory' ? 'no options' : FOLD_OPTIONS;
  return {
    name,
    sizes: SIZES,
    usesBucket: true,
    ours: { name: `watchApplied, ${engine}`, options, run: ours },
    peer,
    figures: throughputFigures(name, { of: 'ratio', atLeast }),
  };
}
