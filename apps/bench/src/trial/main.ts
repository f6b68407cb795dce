// One side of one comparison, once, in a process of its own: a heap or a memory map that others have used would
// decide about the figure. What to do comes as the first argument, so that nothing has to be waited for.
import { extname } from 'node:path';
import { comparisonNamed } from '../figures/catalogue.js';
import type { Comparison } from '../figures/comparison.js';
import type { Trial, TrialMessage, TrialOrder, TrialPart } from './trial.js';

const PROGRESS_EVERY_MS = 1_000;

function tell(message: TrialMessage): void {
  process.send?.(message);
}

function throttledProgress(): (done: number) => void {
  let toldAt = performance.now();
  return (done) => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = now;
    tell({ type: 'progress', done });
  };
}

function trialOf({ name, ours, peer, arrange }: Comparison, part: TrialPart): Trial {
  const parts = {
    ours: ours.run,
    peer: peer?.run,
    'arrange-once': arrange?.once,
    'arrange-run': arrange?.run,
  };
  const trial = parts[part];
  if (trial === undefined) throw new Error(`${name} has no part ${part}`);
  return trial;
}

// Once the parent is gone, there is nothing to report to.
process.on('disconnect', () => process.exit());

const [, , argument = ''] = process.argv;
const { comparison, part, ...settings } = JSON.parse(argument) as TrialOrder;
const trial = trialOf(comparisonNamed(comparison), part);
// Built or from source, it is there.
const writerProgram = new URL(`../writer/main${extname(import.meta.filename)}`, import.meta.url);
const outcome = await trial({ ...settings, writerProgram, progress: throttledProgress() });
tell({ type: 'done', outcome });
process.disconnect();
