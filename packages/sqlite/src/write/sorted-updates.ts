import type { KvUpdate } from '@slipstream/core';

/** Sorted at once: some 5 ms. */
const RUN_LENGTH = 4096;

/**
 * The updates by key, those of one key in the order they came: neighbours on a page are written together.
 * Sorted in runs, which merge while they are read, so that nothing takes long at once.
 * @param pause - Awaited between runs.
 */
export async function sortedUpdates(
  updates: readonly KvUpdate[],
  pause: () => Promise<void>,
): Promise<Iterable<KvUpdate>> {
  const runs: Iterable<KvUpdate>[] = [];
  for (let start = 0; start < updates.length; start += RUN_LENGTH) {
    if (start > 0) await pause();
    runs.push(updates.slice(start, start + RUN_LENGTH).sort(byKey));
  }
  return mergeAll(runs);
}

// The order of code units nearly is the order of bytes: what matters here is that neighbours meet.
function byKey(a: KvUpdate, b: KvUpdate): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

function mergeAll(runs: readonly Iterable<KvUpdate>[]): Iterable<KvUpdate> {
  const [first = [], second] = runs;
  if (second === undefined) return first;
  const middle = runs.length >> 1;
  return merge(mergeAll(runs.slice(0, middle)), mergeAll(runs.slice(middle)));
}

/** Of equal keys, those of `left` first. */
function* merge(left: Iterable<KvUpdate>, right: Iterable<KvUpdate>): Generator<KvUpdate, void, undefined> {
  const rights = right[Symbol.iterator]();
  let next = rights.next();
  for (const update of left) {
    while (!next.done && byKey(next.value, update) < 0) {
      yield next.value;
      next = rights.next();
    }
    yield update;
  }
  while (!next.done) {
    yield next.value;
    next = rights.next();
  }
}
