import {
  addToBlock,
  BLOCK_CAPACITY,
  copyBlock,
  type EntryBlock,
  isPastLast,
  newBlock,
  removeFromBlock,
} from './entry-block.js';
import { keyOf } from './entry-key.js';
import type { EntryTable } from './entry-table.js';
import { FloorSearch } from './floor-search.js';
import type { KeyBytes } from './key-bytes.js';
import type { SharedParts } from './shared-parts.js';
import { splitBlock } from './split-block.js';

const LOWEST_FLOOR = new Uint8Array(0);

/**
 * The entries in the order of their keys, nearly: a key that is added goes behind the others of its block, and the
 * block is put in order when a range reaches it. So a key costs one search among blocks, whose floors stay in the
 * processor's cache, and no look at its neighbours, which do not.
 */
export class OrderedEntries {
  readonly #table: EntryTable;
  readonly #shared: SharedParts;
  readonly #search = new FloorSearch();
  /** The first one, which has the lowest floor, is there even when it is empty; the others are not. */
  #blocks: EntryBlock[] = [newBlock(0, LOWEST_FLOOR, 0)];
  #blocksGeneration = 0;

  constructor(table: EntryTable, shared: SharedParts) {
    this.#table = table;
    this.#shared = shared;
  }

  /** The blocks as they are now. A range keeps what this returns. */
  get blocks(): readonly EntryBlock[] {
    return this.#blocks;
  }

  /** Makes sure that {@link add} of this key cannot fail, which is to be called next. */
  reserve(key: KeyBytes): void {
    for (;;) {
      this.#search.run(this.#blocks, key.bytes, key.length);
      const { at } = this.#search;
      const block = this.#writable(at);
      if (block.count < BLOCK_CAPACITY) return;
      const isAscending = at === this.#blocks.length - 1 && isPastLast(block, key, this.#table.pages);
      const next = isAscending
        ? // Keys that arrive in order leave full blocks behind instead of half-full ones.
          newBlock(this.#shared.generation, key.bytes.slice(0, key.length), this.#search.shared)
        : splitBlock(block, this.#table.pages);
      this.#writableBlocks().splice(at + 1, 0, next);
    }
  }

  /** Adds the entry of the key that was reserved last. */
  add(entry: number, key: KeyBytes): void {
    const { at, shared } = this.#search;
    addToBlock(this.#blocks[at] as EntryBlock, entry, key, shared, this.#table.pages);
  }

  /** Removes an entry, whose key is still there. */
  remove(entry: number): void {
    const key = keyOf(this.#table.pages, entry);
    this.#search.run(this.#blocks, key, key.length);
    const { at } = this.#search;
    const block = this.#writable(at);
    removeFromBlock(block, entry);
    if (block.count === 0 && at > 0) this.#writableBlocks().splice(at, 1);
  }

  clear(): void {
    this.#blocks = [newBlock(this.#shared.generation, LOWEST_FLOOR, 0)];
    this.#blocksGeneration = this.#shared.generation;
  }

  #writableBlocks(): EntryBlock[] {
    if (this.#shared.isShared(this.#blocksGeneration)) {
      this.#blocks = this.#blocks.slice();
      this.#blocksGeneration = this.#shared.generation;
    }
    return this.#blocks;
  }

  #writable(at: number): EntryBlock {
    const block = this.#blocks[at] as EntryBlock;
    if (!this.#shared.isShared(block.generation)) return block;
    const copy = copyBlock(block, this.#shared.generation);
    this.#writableBlocks()[at] = copy;
    return copy;
  }
}
