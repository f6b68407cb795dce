import { BLOCK_CAPACITY, type EntryBlock, newBlock, putInOrder } from './entry-block.js';
import { keyOf } from './entry-key.js';
import type { EntryPages } from './entry-page.js';
import { bytesOfRank, HIGHEST_RANK, rankOfEntry } from './key-rank.js';
import { sharedByAll, sharedByTies, sortByRank } from './sort-entries.js';

/** The smallest part, as far as ranks allow: otherwise the keys have to be looked at. */
const SMALLEST_PART = BLOCK_CAPACITY / 8;

/**
 * Takes the upper part of a full block into a block of its own, which is returned. Most blocks are cut between two
 * ranks, and no key is looked at.
 */
export function splitBlock(block: EntryBlock, pages: EntryPages): EntryBlock {
  const { ranks, count } = block;
  if (block.sorted < count) sortByRank(block.entries, ranks);
  if (ranks[0] === ranks[count - 1]) return splitTied(block, pages);
  const boundary = boundaryNear(count / 2, ranks);
  const isBalanced = boundary >= SMALLEST_PART && boundary <= count - SMALLEST_PART;
  if (!isBalanced || ranks[boundary] === HIGHEST_RANK) return splitByKeys(block, pages);
  const prefix = block.floor.subarray(0, block.depth);
  const floor = Uint8Array.of(...prefix, ...bytesOfRank(ranks[boundary] as number));
  return cut(block, boundary, floor);
}

/** Splits a block whose keys all have the same rank. */
function splitTied(block: EntryBlock, pages: EntryPages): EntryBlock {
  // What is below the keys that are there stays the first block's.
  const isLowest = block.floor.length === 0;
  const known = sharedByTies(block.ranks[0] as number, block.depth);
  const upper = isLowest ? cut(block, 0, block.floor) : block;
  rankDeeper(upper, pages, known);
  return isLowest ? upper : splitBlock(block, pages);
}

function splitByKeys(block: EntryBlock, pages: EntryPages): EntryBlock {
  putInOrder(block, pages);
  const half = block.count / 2;
  const upper = cut(block, half, keyOf(pages, block.entries[half] as number).slice());
  rankDeeper(upper, pages, 0);
  return upper;
}

/** Ranks the keys by what comes after their common prefix, of which `known` bytes are known. */
function rankDeeper(block: EntryBlock, pages: EntryPages, known: number): void {
  const { entries, ranks, count } = block;
  const depth = sharedByAll(entries.subarray(0, count), pages, known);
  const shared = keyOf(pages, entries[0] as number).slice(0, depth);
  const isOfFloor = shared.every((byte, at) => block.floor[at] === byte);
  // A higher floor only leaves to the block before what would have been new here.
  if (!isOfFloor) block.floor = shared;
  block.depth = depth;
  for (let at = 0; at < count; at++) ranks[at] = rankOfEntry(pages, entries[at] as number, depth);
}

/** Where, nearest to `middle`, the rank is another than before. */
function boundaryNear(middle: number, ranks: Float64Array): number {
  for (let distance = 0; ; distance++) {
    for (const at of [middle + distance, middle - distance]) {
      if (at < 1 || at >= ranks.length) return 0;
      if (ranks[at] !== ranks[at - 1]) return at;
    }
  }
}

function cut(block: EntryBlock, from: number, floor: Uint8Array): EntryBlock {
  const { entries, ranks, count, depth, generation } = block;
  const isInOrder = block.sorted === count;
  const upper = newBlock(generation, floor, depth);
  upper.entries.set(entries.subarray(from, count));
  upper.ranks.set(ranks.subarray(from, count));
  upper.count = count - from;
  upper.sorted = isInOrder ? upper.count : 0;
  block.count = from;
  block.sorted = isInOrder ? from : 0;
  return upper;
}
