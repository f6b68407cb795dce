import type { EntryBlock } from './entry-block.js';

/** Finds the block of a key, and keeps what was found until the next search. */
export class FloorSearch {
  /** The block that holds the key, or would: the last one whose floor is not past it. */
  at = 0;
  /** How many bytes of its floor the key begins with. */
  shared = 0;

  /**
   * Looks for a key. The floors between two others begin with whatever these have in common with the key, which is
   * not compared again.
   */
  run(blocks: readonly EntryBlock[], key: Uint8Array, length: number): void {
    let low = 0;
    let high = blocks.length - 1;
    let sharedLow = 0;
    let sharedHigh = 0;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const { floor } = blocks[middle] as EntryBlock;
      const end = Math.min(floor.length, length);
      let at = Math.min(sharedLow, sharedHigh);
      while (at < end && floor[at] === key[at]) at += 1;
      if (at === floor.length || (at < length && (floor[at] as number) < (key[at] as number))) {
        low = middle;
        sharedLow = at;
      } else {
        high = middle - 1;
        sharedHigh = at;
      }
    }
    this.at = low;
    this.shared = sharedLow;
  }
}
