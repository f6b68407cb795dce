import { prefixBounds } from '../prefix-bounds.js';
import { SharedParts } from '../shared-parts.js';
import { type EntryBlock, placeInBlock, putInOrder } from './entry-block.js';
import { compareKeyOf, keyOf } from './entry-key.js';
import { lengthAt, locationAt, pageOf, rowOf } from './entry-page.js';
import { EntryTable } from './entry-table.js';
import { HashTable, NO_ENTRY } from './hash-table.js';
import { KeyBytes } from './key-bytes.js';
import { OrderedEntries } from './ordered-entries.js';

/** An entry as a range finds it. */
export interface IndexedKey {
  readonly key: string;
  readonly entry: number;
  readonly location: number;
  readonly length: number;
}

// Used for the length of a call, and never across one.
const given = new KeyBytes();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Keys in UTF-8 byte order, each with two numbers that its owner understands: where its entry is, from 0 up to
 * 2^53, and how long it is there, below 2^32. It is the index of folds that keep their keys in memory, and holds no
 * object per key: a million keys of 60 bytes take about 110 MB, none of which a garbage collection visits, and no
 * operation takes longer the more there are, apart from some steps of a search.
 *
 * An entry is a number for as long as the key stays. Ranges are snapshots: each sees the keys and numbers as they
 * stand at its first `next()`.
 */
export class KeyIndex {
  readonly #shared = new SharedParts();
  readonly #table = new EntryTable(this.#shared);
  readonly #order = new OrderedEntries(this.#table, this.#shared);
  readonly #hashes = new HashTable(this.#table);

  get size(): number {
    return this.#table.size;
  }

  /** Bytes of all keys, in UTF-8. */
  get keyBytes(): number {
    return this.#table.keyBytes;
  }

  /** The entry of `key`, or {@link NO_ENTRY}. */
  find(key: string): number {
    return given.encode(key) ? this.#hashes.find(given) : NO_ENTRY;
  }

  /** {@link find} of a key in UTF-8. */
  findBytes(source: Uint8Array, start: number, end: number): number {
    given.copy(source, start, end);
    return this.#hashes.find(given);
  }

  /**
   * The entry of `key`, which is made when there is none: at {@link NOWHERE}, for the caller to place. Whatever it
   * throws, for want of memory, it has changed nothing.
   * @throws {RangeError} for what is not a key: see `assertUpdates`.
   */
  claim(key: string): number {
    if (given.encode(key)) return this.#claim();
    throw new RangeError(`not a key: ${JSON.stringify(key.slice(0, 80))}`);
  }

  /** {@link claim} of a key in well-formed UTF-8, of at most `MAX_KEY_BYTES`. */
  claimBytes(source: Uint8Array, start: number, end: number): number {
    given.copy(source, start, end);
    return this.#claim();
  }

  locationOf(entry: number): number {
    return this.#table.locationOf(entry);
  }

  lengthOf(entry: number): number {
    return this.#table.lengthOf(entry);
  }

  /** Sets the numbers of an entry. */
  place(entry: number, location: number, length: number): void {
    this.#table.place(entry, location, length);
  }

  /** Removes an entry. Its number may come back as another key's. */
  remove(entry: number): void {
    this.#order.remove(entry);
    this.#hashes.remove(this.#hashOf(entry), entry);
    this.#table.remove(entry);
  }

  clear(): void {
    this.#table.clear();
    this.#order.clear();
    this.#hashes.clear();
  }

  /**
   * The entries whose key begins with `prefix` and is past `after`, in order, as they stand at the first
   * `next()`, whatever is written while they are read. A range that is neither read to its end nor left by
   * `return()` stays open, and only costs copies.
   *
   * @throws {TypeError} when either has a lone surrogate.
   */
  *range(prefix: string, after?: string): Generator<IndexedKey, void, undefined> {
    const { start, end } = prefixBounds(prefix, after);
    const { pages } = this.#table;
    const { blocks } = this.#order;
    this.#shared.begin();
    try {
      const first = this.#order.blockOf(start);
      for (let at = first; at < blocks.length; at++) {
        const block = blocks[at] as EntryBlock;
        putInOrder(block, pages);
        const { entries, count } = block;
        for (let place = at === first ? placeInBlock(block, pages, start) : 0; place < count; place++) {
          const entry = entries[place] as number;
          if (end !== undefined && compareKeyOf(pages, entry, end, end.length) >= 0) return;
          const page = pageOf(pages, entry);
          const row = rowOf(entry);
          yield {
            key: decoder.decode(keyOf(pages, entry)),
            entry,
            location: locationAt(page, row),
            length: lengthAt(page, row),
          };
        }
      }
    } finally {
      this.#shared.end();
    }
  }

  #hashOf(entry: number): number {
    const key = keyOf(this.#table.pages, entry);
    given.copy(key, 0, key.length);
    return given.hash;
  }

  #claim(): number {
    const found = this.#hashes.find(given);
    if (found !== NO_ENTRY) return found;
    this.#hashes.reserve(given.hash);
    this.#order.reserve(given);
    const entry = this.#table.add(given);
    this.#order.add(entry, given);
    this.#hashes.add(given.hash, entry);
    return entry;
  }
}
