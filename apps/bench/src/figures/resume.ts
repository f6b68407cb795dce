import { arrangedFold, arrangeFold } from '../ours/arrange-fold.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS } from '../ours/fold-engine.js';
import { startToReady } from '../ours/start-to-ready.js';
import { CHANGES, changeBucket } from '../world/change-bucket.js';
import type { Comparison, Target } from './comparison.js';
import { startFigures } from './start-figures.js';
import { type StartPeer, startPeers } from './start-peers.js';

const TARGET: Target = { of: 'ratio', atMost: 1 / 20 };

/** From the start of the process to `ready`, with a fold that has missed a few changes. */
export const resume: readonly Comparison[] = diskEngines.flatMap((engine) =>
  startPeers(engine, TARGET).map((peer) => comparison(engine, peer)),
);

function comparison(engine: DiskEngine, { suffix, side, target }: StartPeer): Comparison {
  const name = `resume/${engine}${suffix}`;
  return {
    name,
    sizes: { quick: suffix === '' ? 50_000 : 0, full: 1_000_000 },
    usesBucket: true,
    arrange: { once: arrangeFold(engine), run: changeBucket },
    ours: {
      name: `${engine} fold, ${CHANGES} changes missed`,
      options: FOLD_OPTIONS,
      run: (context) => startToReady(context, engine, arrangedFold(context)),
    },
    peer: side,
    figures: startFigures(name, target),
  };
}
