import { handUpdates } from '../data/bench-updates.js';
import type { HandMadeFold } from './hand-made-fold.js';

const BATCH = 16_384;

/** Puts all entries into a hand-made fold, in key order, as a fold of ours is filled. */
export async function fillByHand(
  fold: HandMadeFold,
  entries: number,
  progress: (done: number) => void,
): Promise<void> {
  const places = Uint32Array.from({ length: entries }, (_, place) => place);
  for (let first = 0; first < entries; first += BATCH) {
    await fold.write(handUpdates(places, first, BATCH));
    progress(first);
  }
}
