import type { SnapshotStore } from '@slipstream/core';
import { benchUpdates } from '../data/bench-updates.js';
import { applyBatch } from './apply-batch.js';

const BATCH = 16_384;

/** Puts all entries into a fold, in key order: the quickest way for every engine. */
export async function fillFold(
  store: SnapshotStore,
  entries: number,
  progress: (done: number) => void,
): Promise<void> {
  const places = Uint32Array.from({ length: entries }, (_, place) => place);
  for (let first = 0; first < entries; first += BATCH) {
    await applyBatch(store, benchUpdates(places, first, BATCH));
    progress(first);
  }
}
