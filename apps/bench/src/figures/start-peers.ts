import { type DiskEngine, FOLD_OPTIONS } from '../ours/fold-engine.js';
import { replay } from '../ours/start-to-ready.js';
import { foldByHand } from '../peers/hydrate-by-hand.js';
import { sinceStart } from '../trial/instrument.js';
import type { Side, Target } from './comparison.js';

/** What a start without a replay is compared with, and what the names of its figures end in. */
export interface StartPeer {
  readonly suffix: '' | '/by-hand';
  readonly side: Side;
  readonly target: Target | undefined;
}

/** Two replays: ours, which is what a target speaks of, and the one that a user would write without us. */
export function startPeers(engine: DiskEngine, target: Target): readonly StartPeer[] {
  const ours = { name: `${engine} fold, empty: a replay`, options: FOLD_OPTIONS, run: replay(engine) };
  return [
    { suffix: '', side: ours, target },
    { suffix: '/by-hand', side: foldByHand(engine, sinceStart), target: undefined },
  ];
}
