import { sharedKeyBytes } from './entry-key.js';
import type { EntryPages } from './entry-page.js';
import { rankOfEntry } from './key-rank.js';

/** Entries that are sorted at once, at most. */
export const MAX_SORTED = 1024;

const packed = new Float64Array(MAX_SORTED);

/**
 * Sorts up to {@link MAX_SORTED} entries and their ranks by rank. The platform sorts numbers several times as fast
 * as it would compare keys, and they are one after the other in memory.
 */
export function sortByRank(entries: Uint32Array, ranks: Float64Array): void {
  const count = entries.length;
  const order = packed.subarray(0, count);
  for (let at = 0; at < count; at++) order[at] = (ranks[at] as number) * MAX_SORTED + at;
  order.sort();
  const unsorted = entries.slice();
  for (let at = 0; at < count; at++) {
    const rank = Math.floor((order[at] as number) / MAX_SORTED);
    entries[at] = unsorted[(order[at] as number) - rank * MAX_SORTED] as number;
    ranks[at] = rank;
  }
}

/** Sorts entries that are in the order of their ranks where these are equal: only there the keys are looked at. */
export function sortTies(entries: Uint32Array, ranks: Float64Array, pages: EntryPages): void {
  const count = entries.length;
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && ranks[to] === ranks[from]) to += 1;
    if (to - from > 1) sortByKeys(entries.subarray(from, to), pages);
    from = to;
  }
}

/** Sorts entries by what comes behind all that their keys have in common. */
function sortByKeys(entries: Uint32Array, pages: EntryPages): void {
  const depth = sharedByAll(entries, pages);
  const ranks = Float64Array.from(entries, (entry) => rankOfEntry(pages, entry, depth));
  sortByRank(entries, ranks);
  sortTies(entries, ranks, pages);
}

/** How many bytes the keys of two or more entries have in common at their beginning. */
export function sharedByAll(entries: Uint32Array, pages: EntryPages): number {
  const first = entries[0] as number;
  let shared = Number.POSITIVE_INFINITY;
  for (let at = 1; at < entries.length; at++) {
    shared = Math.min(shared, sharedKeyBytes(pages, first, entries[at] as number));
  }
  return shared;
}
