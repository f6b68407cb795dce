import type { EntryTable } from './entry-table.js';
import type { KeyBytes } from './key-bytes.js';

/** What {@link HashTable.find} returns when there is none. */
export const NO_ENTRY = -1;

// Each shard grows by itself, so that no growth takes long: at a million keys, some 16,000 slots are moved.
const SHARD_BITS = 6;
const FIRST_SLOTS = 16;
/** Slots in use, at most, of each 8. */
const FULL_EIGHTHS = 5;

/** A hash table with open addressing: a slot is two numbers, the hash and the entry after 0. */
interface Shard {
  slots: Int32Array;
  used: number;
}

/** Entries by the hash of their keys. */
export class HashTable {
  readonly #entries: EntryTable;
  #shards: Shard[] = newShards();

  constructor(entries: EntryTable) {
    this.#entries = entries;
  }

  find(key: KeyBytes): number {
    const { hash } = key;
    const { slots } = this.#shardOf(hash);
    const mask = slots.length - 1;
    for (let at = slotOf(hash, mask); ; at = (at + 2) & mask) {
      const stored = slots[at + 1] as number;
      if (stored === 0) return NO_ENTRY;
      if (slots[at] === hash && this.#entries.hasKey(stored - 1, key)) return stored - 1;
    }
  }

  /** Makes sure that the next {@link add} of this hash cannot fail. */
  reserve(hash: number): void {
    const shard = this.#shardOf(hash);
    if ((shard.used + 1) * 2 * 8 > shard.slots.length * FULL_EIGHTHS) grow(shard);
  }

  add(hash: number, entry: number): void {
    const shard = this.#shardOf(hash);
    insert(shard.slots, hash, entry + 1);
    shard.used += 1;
  }

  remove(hash: number, entry: number): void {
    const shard = this.#shardOf(hash);
    const { slots } = shard;
    const mask = slots.length - 1;
    let hole = slotOf(hash, mask);
    while (slots[hole + 1] !== entry + 1) hole = (hole + 2) & mask;
    // Moves up what was displaced by the entry, so that no search ends at the hole.
    for (let at = (hole + 2) & mask; slots[at + 1] !== 0; at = (at + 2) & mask) {
      const home = slotOf(slots[at] as number, mask);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at] as number;
      slots[hole + 1] = slots[at + 1] as number;
      hole = at;
    }
    slots[hole + 1] = 0;
    shard.used -= 1;
  }

  clear(): void {
    this.#shards = newShards();
  }

  #shardOf(hash: number): Shard {
    return this.#shards[hash >>> (32 - SHARD_BITS)] as Shard;
  }
}

function newShards(): Shard[] {
  return Array.from({ length: 1 << SHARD_BITS }, () => ({ slots: new Int32Array(2 * FIRST_SLOTS), used: 0 }));
}

function slotOf(hash: number, mask: number): number {
  return (hash << 1) & mask;
}

function insert(slots: Int32Array, hash: number, stored: number): void {
  const mask = slots.length - 1;
  let at = slotOf(hash, mask);
  while (slots[at + 1] !== 0) at = (at + 2) & mask;
  slots[at] = hash;
  slots[at + 1] = stored;
}

function grow(shard: Shard): void {
  const { slots } = shard;
  const larger = new Int32Array(2 * slots.length);
  for (let at = 0; at < slots.length; at += 2) {
    if (slots[at + 1] !== 0) insert(larger, slots[at] as number, slots[at + 1] as number);
  }
  shard.slots = larger;
}
