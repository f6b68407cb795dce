import type { KvUpdate } from '../kv/kv-entry.js';
import type { TimeSlice } from '../lifetime/time-slice.js';

/** What one native sort takes a millisecond or two for. */
const RUN_LENGTH = 2048;

/** Between two looks at the clock. */
const STEPS = 256;

/**
 * The last update of each key, in key order (of code units, which is the tree's but for rare characters): a
 * B-tree that is written in order writes a page once. Long batches are sorted as merges of short runs, with
 * breaths in between.
 */
export async function sortUpdates(updates: readonly KvUpdate[], slice: TimeSlice): Promise<KvUpdate[]> {
  let runs: KvUpdate[][] = [];
  for (let start = 0; start < updates.length; start += RUN_LENGTH) {
    if (slice.isOver) await slice.pause();
    runs.push(lastOfEach(updates.slice(start, start + RUN_LENGTH).sort(byKey)));
  }
  while (runs.length > 1) {
    const merged: KvUpdate[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      const [older, newer] = [runs[index] as KvUpdate[], runs[index + 1]];
      merged.push(newer === undefined ? older : await merge(older, newer, slice));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Where both have a key, the newer one's update counts. */
async function merge(older: KvUpdate[], newer: KvUpdate[], slice: TimeSlice): Promise<KvUpdate[]> {
  const merged: KvUpdate[] = [];
  let [left, right] = [0, 0];
  while (left < older.length || right < newer.length) {
    if (merged.length % STEPS === 0 && slice.isOver) await slice.pause();
    const [old, young] = [older[left], newer[right]];
    if (old === undefined || (young !== undefined && young.key <= old.key)) {
      if (old?.key === young?.key) left += 1;
      merged.push(young as KvUpdate);
      right += 1;
    } else {
      merged.push(old);
      left += 1;
    }
  }
  return merged;
}

/** Of sorted updates. The sort is stable: the last of a key is the one that came last. */
function lastOfEach(sorted: KvUpdate[]): KvUpdate[] {
  return sorted.filter(({ key }, index) => sorted[index + 1]?.key !== key);
}

function byKey(a: KvUpdate, b: KvUpdate): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
