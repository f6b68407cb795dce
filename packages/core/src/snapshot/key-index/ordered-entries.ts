import type { SharedParts } from '../shared-parts.js';
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
import { FloorTable } from './floor-table.js';
import type { KeyBytes } from './key-bytes.js';
import { splitBlock } from './split-block.js';

const LOWEST_FLOOR = new Uint8Array(0);

/**
 * The entries in the order of their keys, nearly: a key that is added goes after the others of its block, and the
 * block is put in order when a range reaches it. So a key costs one search among blocks, whose floors stay in the
 * processor's cache, and no look at its neighbours, which do not.
 */
export class OrderedEntries {
  readonly #table: EntryTable;
  readonly #shared: SharedParts;
  readonly #floors = new FloorTable();
  /** The first one, which has the lowest floor, is there even when it is empty; the others are not. */
  #blocks: EntryBlock[] = [newBlock(0, LOWEST_FLOOR, 0)];
  #blocksGeneration = 0;
  #longestKey = 0;

  constructor(table: EntryTable, shared: SharedParts) {
    this.#table = table;
    this.#shared = shared;
    this.#floors.insert(0, LOWEST_FLOOR);
  }

  /** The blocks as they are now. A range keeps what this returns. */
  get blocks(): readonly EntryBlock[] {
    return this.#blocks;
  }

  /** The block that a range from `key` on begins in. */
  blockOf(key: Uint8Array): number {
    this.#floors.search(key, key.length);
    return this.#floors.at;
  }

  /** Makes sure that {@link add} of this key cannot fail, which is to be called next. */
  reserve(key: KeyBytes): void {
    if (key.length > this.#longestKey) this.#longestKey = key.length;
    for (;;) {
      this.#floors.search(key.bytes, key.length);
      const { at } = this.#floors;
      const block = this.#writable(at);
      if (block.count < BLOCK_CAPACITY) return;
      this.#makeRoom(at, block, key);
    }
  }

  /** Adds the entry of the key that was reserved last. */
  add(entry: number, key: KeyBytes): void {
    const { at, shared } = this.#floors;
    addToBlock(this.#blocks[at] as EntryBlock, entry, key, shared, this.#table.pages);
  }

  /** Removes an entry, whose key is still there. */
  remove(entry: number): void {
    const at = this.blockOf(keyOf(this.#table.pages, entry));
    const block = this.#writable(at);
    removeFromBlock(block, entry);
    if (block.count > 0 || at === 0) return;
    this.#writableBlocks().splice(at, 1);
    this.#floors.remove(at);
  }

  clear(): void {
    this.#blocks = [newBlock(this.#shared.generation, LOWEST_FLOOR, 0)];
    this.#blocksGeneration = this.#shared.generation;
    this.#floors.clear();
    this.#floors.insert(0, LOWEST_FLOOR);
  }

  /** Cuts up a full block. Keys that arrive in order leave full blocks instead of half-full ones. */
  #makeRoom(at: number, block: EntryBlock, key: KeyBytes): void {
    const { pages } = this.#table;
    const isAscending = at === this.#blocks.length - 1 && isPastLast(block, key, pages);
    const floorBefore = block.floor;
    this.#floors.reserve(2 * this.#longestKey);
    const next = isAscending
      ? newBlock(this.#shared.generation, key.bytes.slice(0, key.length), this.#floors.shared)
      : splitBlock(block, pages);
    this.#writableBlocks().splice(at + 1, 0, next);
    this.#floors.insert(at + 1, next.floor);
    if (block.floor === floorBefore) return;
    this.#floors.remove(at);
    this.#floors.insert(at, block.floor);
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
