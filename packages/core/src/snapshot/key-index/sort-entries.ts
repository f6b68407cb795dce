import { keyOf } from './entry-key.js';
import { type EntryPages, keyLengthAt, keyStartAt, pageOf, rowOf } from './entry-page.js';
import { bytesOfRank, HIGHEST_RANK, rankOfEntry } from './key-rank.js';

/** The most entries that are sorted at once. */
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

/**
 * Sorts entries that are in the order of their ranks where these are equal: only there the keys are looked at.
 *
 * @param depth - How many bytes the keys have in common that have a rank below the highest.
 */
export function sortTies(entries: Uint32Array, ranks: Float64Array, pages: EntryPages, depth: number): void {
  const count = entries.length;
  for (let from = 0; from < count; ) {
    const rank = ranks[from] as number;
    let to = from + 1;
    while (to < count && ranks[to] === rank) to += 1;
    if (to - from > 1) sortByKeys(entries.subarray(from, to), pages, sharedByTies(rank, depth));
    from = to;
  }
}

/** At least how many bytes keys have in common whose ranks after `depth` bytes are equal. */
export function sharedByTies(rank: number, depth: number): number {
  return rank === HIGHEST_RANK ? 0 : depth + bytesOfRank(rank).length;
}

/** Sorts entries by what comes after the common prefix of their keys, of which `known` bytes are known. */
function sortByKeys(entries: Uint32Array, pages: EntryPages, known: number): void {
  const depth = sharedByAll(entries, pages, known);
  const ranks = Float64Array.from(entries, (entry) => rankOfEntry(pages, entry, depth));
  sortByRank(entries, ranks);
  sortTies(entries, ranks, pages, depth);
}

/** How many bytes the keys of the entries have in common at their beginning, of which `known` are known. */
export function sharedByAll(entries: Uint32Array, pages: EntryPages, known: number): number {
  const first = keyOf(pages, entries[0] as number);
  let shared = first.length;
  for (const entry of entries) {
    const page = pageOf(pages, entry);
    const { keys } = page;
    const start = keyStartAt(page, rowOf(entry));
    const end = Math.min(shared, keyLengthAt(page, rowOf(entry)));
    shared = known;
    while (shared < end && keys[start + shared] === first[shared]) shared += 1;
  }
  return shared;
}
