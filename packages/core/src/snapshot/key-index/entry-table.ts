import type { SharedParts } from '../shared-parts.js';
import {
  addKeyAt,
  copyPage,
  type EntryPage,
  type EntryPages,
  keyLengthAt,
  keyStartAt,
  lengthAt,
  locationAt,
  moveKeys,
  newPage,
  pageNumberOf,
  pageOf,
  placeAt,
  removeKeyAt,
  rowOf,
} from './entry-page.js';
import type { KeyBytes } from './key-bytes.js';

/** The location of an entry that has none. */
export const NOWHERE = -1;

const FIRST_KEY_CAPACITY = 4 * 1024;

/** How much larger than its keys the memory for them is made, so that it is not made again for each. */
const KEY_HEADROOM = 1.25;

/** The entries of an index by number: the key of each, and what its owner keeps with it. */
export class EntryTable {
  readonly #shared: SharedParts;
  #pages: EntryPage[] = [];
  #pagesGeneration = 0;
  /** Entries that were ever made; numbers below it that are not in use are in `#free`. */
  #end = 0;
  readonly #free: number[] = [];
  #keyBytes = 0;

  constructor(shared: SharedParts) {
    this.#shared = shared;
  }

  /** The pages as they are now. A range keeps what this returns; all others ask again after each change. */
  get pages(): EntryPages {
    return this.#pages;
  }

  get size(): number {
    return this.#end - this.#free.length;
  }

  /** Bytes of all keys. */
  get keyBytes(): number {
    return this.#keyBytes;
  }

  locationOf(entry: number): number {
    return locationAt(pageOf(this.#pages, entry), rowOf(entry));
  }

  lengthOf(entry: number): number {
    return lengthAt(pageOf(this.#pages, entry), rowOf(entry));
  }

  hasKey(entry: number, { bytes, length }: KeyBytes): boolean {
    const page = pageOf(this.#pages, entry);
    const row = rowOf(entry);
    if (keyLengthAt(page, row) !== length) return false;
    const { keys } = page;
    const start = keyStartAt(page, row);
    for (let at = 0; at < length; at++) if (keys[start + at] !== bytes[at]) return false;
    return true;
  }

  /** Makes an entry of a key that has none. */
  add({ bytes, length }: KeyBytes): number {
    const reused = this.#free.at(-1);
    const entry = reused ?? this.#end;
    const page = this.#writable(pageNumberOf(entry));
    if (page.keysEnd + length > page.keys.length) {
      moveKeys(page, Math.ceil((page.liveKeyBytes + length) * KEY_HEADROOM));
    }
    addKeyAt(page, rowOf(entry), bytes, length);
    placeAt(page, rowOf(entry), NOWHERE, 0);
    this.#keyBytes += length;
    if (reused === undefined) this.#end += 1;
    else this.#free.pop();
    return entry;
  }

  place(entry: number, location: number, length: number): void {
    placeAt(this.#writable(pageNumberOf(entry)), rowOf(entry), location, length);
  }

  remove(entry: number): void {
    const page = this.#writable(pageNumberOf(entry));
    const row = rowOf(entry);
    this.#free.push(entry);
    this.#keyBytes -= keyLengthAt(page, row);
    removeKeyAt(page, row);
    placeAt(page, row, NOWHERE, 0);
  }

  clear(): void {
    this.#pages = [];
    this.#pagesGeneration = this.#shared.generation;
    this.#end = 0;
    this.#free.length = 0;
    this.#keyBytes = 0;
  }

  #writable(pageNumber: number): EntryPage {
    const page = this.#pages[pageNumber];
    if (page !== undefined && !this.#shared.isShared(page.generation)) return page;
    const { generation } = this.#shared;
    const writable =
      page === undefined ? newPage(generation, this.#keyCapacity()) : copyPage(page, generation);
    if (this.#shared.isShared(this.#pagesGeneration)) {
      this.#pages = this.#pages.slice();
      this.#pagesGeneration = generation;
    }
    this.#pages[pageNumber] = writable;
    return writable;
  }

  /** What the keys of a page will need, going by the last one. */
  #keyCapacity(): number {
    const last = this.#pages.at(-1);
    return last === undefined ? FIRST_KEY_CAPACITY : Math.ceil(last.liveKeyBytes * 1.01);
  }
}
