import { compareKeyOf } from './entry-key.js';
import type { EntryPages } from './entry-page.js';
import type { KeyBytes } from './key-bytes.js';
import { HIGHEST_RANK, rankOfBytes } from './key-rank.js';
import { MAX_SORTED, sortByRank, sortTies } from './sort-entries.js';

export const BLOCK_CAPACITY: number = MAX_SORTED;

/** A run of neighbouring keys. */
export interface EntryBlock {
  readonly generation: number;
  /** No key of the block is before it, and none of an earlier block is not. Empty in the first. */
  floor: Uint8Array;
  /** How many bytes of the floor the keys have in common that have a rank below the highest. */
  depth: number;
  readonly entries: Uint32Array;
  /** Of each entry the rank of its key after `depth` bytes: most comparisons need no more. */
  readonly ranks: Float64Array;
  count: number;
  /** How many entries at the beginning are in order. The others came later, and are sorted when that is needed. */
  sorted: number;
}

export function newBlock(generation: number, floor: Uint8Array, depth: number): EntryBlock {
  return {
    generation,
    floor,
    depth,
    entries: new Uint32Array(BLOCK_CAPACITY),
    ranks: new Float64Array(BLOCK_CAPACITY),
    count: 0,
    sorted: 0,
  };
}

export function copyBlock(block: EntryBlock, generation: number): EntryBlock {
  return { ...block, generation, entries: block.entries.slice(), ranks: block.ranks.slice() };
}

/** Adds the entry of a key that has `sharedWithFloor` bytes in common with the floor. There is room for it. */
export function addToBlock(
  block: EntryBlock,
  entry: number,
  key: KeyBytes,
  sharedWithFloor: number,
  pages: EntryPages,
): void {
  const { entries, ranks, count, depth } = block;
  // It is not before the floor: where it differs from it earlier than others it is past them.
  const rank = sharedWithFloor < depth ? HIGHEST_RANK : rankOfBytes(key.bytes, depth, key.length);
  if (isPastLast(block, key, pages)) block.sorted += 1;
  entries[count] = entry;
  ranks[count] = rank;
  block.count += 1;
}

/** Whether the block is in order, and the key after all of it. */
export function isPastLast(
  { entries, count, sorted }: EntryBlock,
  key: KeyBytes,
  pages: EntryPages,
): boolean {
  if (sorted < count) return false;
  return count === 0 || compareKeyOf(pages, entries[count - 1] as number, key.bytes, key.length) < 0;
}

export function removeFromBlock(block: EntryBlock, entry: number): void {
  const { entries, ranks, count } = block;
  const place = entries.indexOf(entry);
  if (place < block.sorted) {
    entries.copyWithin(place, place + 1, count);
    ranks.copyWithin(place, place + 1, count);
    block.sorted -= 1;
  } else {
    entries[place] = entries[count - 1] as number;
    ranks[place] = ranks[count - 1] as number;
  }
  block.count -= 1;
}

/** Sorts what was added since. No range is in the middle of a block that is not in order. */
export function putInOrder(block: EntryBlock, pages: EntryPages): void {
  const { count } = block;
  if (block.sorted === count) return;
  const entries = block.entries.subarray(0, count);
  const ranks = block.ranks.subarray(0, count);
  sortByRank(entries, ranks);
  sortTies(entries, ranks, pages, block.depth);
  block.sorted = count;
}

/** Where in a block that is in order `key` is, or would be. */
export function placeInBlock({ entries, count }: EntryBlock, pages: EntryPages, key: Uint8Array): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeyOf(pages, entries[middle] as number, key, key.length) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
