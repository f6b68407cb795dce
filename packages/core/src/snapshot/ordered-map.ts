import { compareKeys, hasSurrogates } from './key-order.js';

/** Half of it is the fill of a block after a split; small enough that an insert moves little. */
const BLOCK_CAPACITY = 256;

/** A run of neighbouring keys. `values[i]` belongs to `keys[i]`. */
interface Block<V> {
  readonly keys: string[];
  readonly values: V[];
  /** The generation that may write it; an older one is shared with a snapshot and copied first. */
  readonly generation: number;
}

/**
 * A map in UTF-8 byte order with constant-time lookups and consistent iteration under writes: the index of
 * the folds that live in memory. Keys sit in sorted blocks (a B-tree of two levels) beside a hash map.
 *
 * A snapshot is free to take: the blocks it shares with the map are copied when the map next writes to them.
 * Values must not be mutated once they are in the map.
 */
export class OrderedMap<V> {
  readonly #byKey = new Map<string, V>();
  #blocks: Block<V>[] = [];
  #generation = 0;
  #blocksGeneration = 0;
  // Code-unit comparison is native and gives byte order as long as no key has surrogates.
  #unitOrder = true;

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): V | undefined {
    return this.#byKey.get(key);
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Sets the value; returns the one it replaced. */
  set(key: string, value: V): V | undefined {
    const previous = this.#byKey.get(key);
    if (this.#unitOrder && hasSurrogates(key)) this.#unitOrder = false;
    const at = this.#blockFor(key);
    const block = this.#writable(at);
    const index = this.#indexIn(block, key);
    this.#byKey.set(key, value);
    if (block.keys[index] === key) {
      block.values[index] = value;
      return previous;
    }
    block.keys.splice(index, 0, key);
    block.values.splice(index, 0, value);
    if (block.keys.length > BLOCK_CAPACITY) this.#split(at, index);
    return undefined;
  }

  /** Removes the key; returns the value it had. */
  delete(key: string): V | undefined {
    const previous = this.#byKey.get(key);
    if (!this.#byKey.delete(key)) return undefined;
    const at = this.#blockFor(key);
    const block = this.#writable(at);
    const index = this.#indexIn(block, key);
    block.keys.splice(index, 1);
    block.values.splice(index, 1);
    if (block.keys.length === 0) this.#writableBlocks().splice(at, 1);
    return previous;
  }

  clear(): void {
    this.#byKey.clear();
    this.#blocks = [];
    this.#blocksGeneration = this.#generation;
    this.#unitOrder = true;
  }

  /**
   * The entries whose key begins with `prefix` and is past `after`, in order, as they stand now, whatever is
   * written while they are read.
   */
  *range(prefix: string, after?: string): IterableIterator<readonly [string, V]> {
    this.#generation += 1;
    const blocks = this.#blocks;
    const start = after !== undefined && this.#compare(after, prefix) >= 0 ? after : prefix;
    let at = blocks.length === 0 ? 0 : this.#blockFor(start);
    const first = blocks[at];
    let index = first === undefined ? 0 : this.#indexIn(first, start);
    for (; at < blocks.length; at++, index = 0) {
      const { keys, values } = blocks[at] as Block<V>;
      for (; index < keys.length; index++) {
        const key = keys[index] as string;
        if (key === after) continue;
        if (!key.startsWith(prefix)) return;
        yield [key, values[index] as V];
      }
    }
  }

  #compare(a: string, b: string): number {
    if (!this.#unitOrder) return compareKeys(a, b);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** The block that holds `key`, or would: the last one that begins at or before it. */
  #blockFor(key: string): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const first = this.#blocks[middle]?.keys[0] as string;
      if (this.#compare(first, key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where `key` is in the block, or would be. */
  #indexIn(block: Block<V>, key: string): number {
    let low = 0;
    let high = block.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(block.keys[middle] as string, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #writableBlocks(): Block<V>[] {
    if (this.#blocksGeneration !== this.#generation) {
      this.#blocks = this.#blocks.slice();
      this.#blocksGeneration = this.#generation;
    }
    return this.#blocks;
  }

  #writable(at: number): Block<V> {
    const shared = this.#blocks[at];
    if (shared?.generation === this.#generation) return shared;
    const block: Block<V> =
      shared === undefined
        ? { keys: [], values: [], generation: this.#generation }
        : { keys: shared.keys.slice(), values: shared.values.slice(), generation: this.#generation };
    this.#writableBlocks()[at] = block;
    return block;
  }

  #split(at: number, inserted: number): void {
    const blocks = this.#writableBlocks();
    const { keys, values, generation } = blocks[at] as Block<V>;
    // Keys that arrive in order leave full blocks behind instead of half-full ones.
    const ascending = at === blocks.length - 1 && inserted === keys.length - 1;
    const middle = ascending ? keys.length - 1 : keys.length >>> 1;
    blocks.splice(at + 1, 0, { keys: keys.splice(middle), values: values.splice(middle), generation });
  }
}
