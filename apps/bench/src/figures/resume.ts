import { arrangedFold, arrangeFold } from '../ours/arrange-fold.js';
import { diskEngines, FOLD_OPTIONS } from '../ours/fold-engine.js';
import { replay, startToReady } from '../ours/start-to-ready.js';
import { CHANGES, changeBucket } from '../world/change-bucket.js';
import type { Comparison } from './comparison.js';
import { startFigures } from './start-figures.js';

/** From the start of the process to `ready`, with a fold that has missed a few changes. */
export const resume: readonly Comparison[] = diskEngines.map((engine) => ({
  name: `resume/${engine}`,
  sizes: { quick: 50_000, full: 1_000_000 },
  usesBucket: true,
  arrange: { once: arrangeFold(engine), run: changeBucket },
  ours: {
    name: `${engine} fold, ${CHANGES} changes missed`,
    options: FOLD_OPTIONS,
    run: (context) => startToReady(context, engine, arrangedFold(context)),
  },
  peer: { name: `${engine} fold, empty: a replay`, options: FOLD_OPTIONS, run: replay(engine) },
  figures: startFigures(`resume/${engine}`, 1 / 20),
}));
