import {
  decodeRecord,
  type KeyIndex,
  type KvEntry,
  recordLength,
  type VersionToken,
  writeRecord,
} from '@slipstream/core';
import { at, HEADER_BYTES, newSlab, numberOf, offsetOf, type Slab } from './slab.js';

/**
 * Records are packed into slabs of this size and more: a byte array of its own costs some 400 bytes beyond its
 * contents (measured on Node.js 24), which is more than most values have.
 */
const SMALLEST_SLAB_BYTES = 64 * 1024;

/** A slab is this part of the arena: fewer slabs cause fewer garbage collections. */
const SLABS_PER_ARENA = 32;

/** Vacating a slab of this size takes a few milliseconds at most. */
const LARGEST_SLAB_BYTES = 4 * 1024 * 1024;

/** A record of this size and more has a slab to itself: it would leave too much of a shared one unused. */
const LARGE_BYTES = 8 * 1024;

/** The slabs by number, with gaps: as they are, or as they were when a range began. */
export type Slabs = readonly (Slab | undefined)[];

/**
 * The versions and values of a fold, packed; its index has their locations. Bytes are copied in, so that no value keeps
 * alive the buffer in which it arrived, and out, so that no reader can change the fold. When less than half of a slab is
 * in use, its records are moved and the slab is freed; so the arena takes at most about twice the size of the records.
 */
export class ValueArena {
  readonly #index: KeyIndex;
  #slabs: (Slab | undefined)[] = [];
  /** A range may be reading the list. */
  #slabsShared = false;
  readonly #freeNumbers: number[] = [];
  #current: number;
  /** Slabs that may have become too empty since the last {@link settle}. */
  readonly #sparse: number[] = [];
  #allocated = 0;

  /** @param index - Where records move is written to. */
  constructor(index: KeyIndex) {
    this.#index = index;
    this.#current = this.#allocate(SMALLEST_SLAB_BYTES);
  }

  /** What the slabs take, in bytes. */
  get allocatedBytes(): number {
    return this.#allocated;
  }

  /** Stores a record, and points the entry to it. */
  store(entry: number, version: VersionToken, value: Uint8Array): void {
    const length = recordLength(version, value);
    const number = this.#slabFor(HEADER_BYTES + length);
    const slab = this.#slabs[number] as Slab;
    writeRecord(slab.bytes, slab.used + HEADER_BYTES, version, value);
    this.#add(entry, number, length);
  }

  /** The entry of `key` whose record is at `location`, with a copy of its value. */
  read(key: string, location: number, length: number, slabs: Slabs = this.#slabs): KvEntry {
    const { bytes } = slabs[numberOf(location)] as Slab;
    const start = offsetOf(location) + HEADER_BYTES;
    return decodeRecord(key, bytes.subarray(start, start + length)) as KvEntry;
  }

  /** The slabs for a range to read, unaffected by records that move meanwhile. */
  snapshot(): Slabs {
    this.#slabsShared = true;
    return this.#slabs;
  }

  /** Releases a record. Until {@link settle} it can still be restored. */
  release(location: number): void {
    const number = numberOf(location);
    const slab = this.#slabs[number] as Slab;
    slab.live -= HEADER_BYTES + slab.header.getUint32(offsetOf(location) + 4);
    if (isSparse(slab)) this.#sparse.push(number);
  }

  /** Points an entry back to the earlier record of its key, which was not released. */
  restore(entry: number, location: number): void {
    const { header } = this.#slabs[numberOf(location)] as Slab;
    header.setUint32(offsetOf(location), entry);
    this.#index.place(entry, location, header.getUint32(offsetOf(location) + 4));
  }

  /** Frees the slabs of which little is in use. */
  settle(): void {
    for (let number = this.#sparse.pop(); number !== undefined; number = this.#sparse.pop()) {
      const slab = this.#slabs[number];
      if (number !== this.#current && slab !== undefined && isSparse(slab)) this.#vacate(number, slab);
    }
    this.#settleCurrent();
  }

  /** Frees a current slab that was allocated when the arena was much larger. */
  #settleCurrent(): void {
    const number = this.#current;
    const slab = this.#slabs[number] as Slab;
    if (slab.bytes.length <= 2 * this.#slabBytes() || !isSparse(slab)) return;
    this.#current = this.#allocate(this.#slabBytes());
    this.#vacate(number, slab);
  }

  /** How large the next slab is. */
  #slabBytes(): number {
    const share = Math.ceil(this.#allocated / SLABS_PER_ARENA);
    return Math.min(Math.max(share, SMALLEST_SLAB_BYTES), LARGEST_SLAB_BYTES);
  }

  /** The slab that takes the next record of this many bytes. */
  #slabFor(bytes: number): number {
    if (bytes >= LARGE_BYTES) return this.#allocate(bytes);
    const { used, bytes: current } = this.#slabs[this.#current] as Slab;
    if (used + bytes > current.length) {
      const full = this.#current;
      this.#current = this.#allocate(this.#slabBytes());
      this.#sparse.push(full);
    }
    return this.#current;
  }

  /** Makes what was written after the last record of a slab the record of an entry. */
  #add(entry: number, number: number, length: number): void {
    const slab = this.#slabs[number] as Slab;
    const { used, header } = slab;
    header.setUint32(used, entry);
    header.setUint32(used + 4, length);
    this.#index.place(entry, at(number, used), length);
    slab.used += HEADER_BYTES + length;
    slab.live += HEADER_BYTES + length;
  }

  #allocate(size: number): number {
    const slab = newSlab(size);
    const number = this.#freeNumbers.pop() ?? this.#slabs.length;
    this.#writableSlabs()[number] = slab;
    this.#allocated += size;
    return number;
  }

  #vacate(number: number, slab: Slab): void {
    for (let offset = 0; offset < slab.used; ) {
      const entry = slab.header.getUint32(offset);
      const length = slab.header.getUint32(offset + 4);
      const end = offset + HEADER_BYTES + length;
      if (this.#index.locationOf(entry) === at(number, offset)) {
        const target = this.#slabFor(HEADER_BYTES + length);
        const { bytes, used } = this.#slabs[target] as Slab;
        bytes.set(slab.bytes.subarray(offset + HEADER_BYTES, end), used + HEADER_BYTES);
        this.#add(entry, target, length);
      }
      offset = end;
    }
    this.#writableSlabs()[number] = undefined;
    this.#freeNumbers.push(number);
    this.#allocated -= slab.bytes.length;
  }

  #writableSlabs(): (Slab | undefined)[] {
    if (this.#slabsShared) {
      this.#slabs = this.#slabs.slice();
      this.#slabsShared = false;
    }
    return this.#slabs;
  }
}

function isSparse({ live, bytes }: Slab): boolean {
  return live * 2 < bytes.length;
}
