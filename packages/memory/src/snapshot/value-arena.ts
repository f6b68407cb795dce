import type { VersionToken } from '@slipstream/core';

/**
 * Values are packed into slabs of this size: a byte array of its own costs some 400 bytes beyond its contents
 * (measured on Node.js 24), which is more than most values have.
 */
const SLAB_BYTES = 64 * 1024;

/** A value of this size and more has a slab to itself: it would leave too much of a shared one unused. */
const LARGE_BYTES = 8 * 1024;

/** A run of bytes that is written once, front to back, and given up whole. */
interface Slab {
  readonly bytes: Uint8Array;
  /** Written so far. */
  used: number;
  /** Of these, what retained entries refer to. */
  live: number;
  /** Every entry that was ever placed here. */
  readonly entries: ArenaEntry[];
}

/** An entry of the fold; its value lies in the arena. */
export interface ArenaEntry {
  readonly key: string;
  readonly version: VersionToken;
  readonly length: number;
  slab: Slab;
  start: number;
  /** Whether it is in the fold; a range that began earlier may still read one that is not. */
  retained: boolean;
}

const emptySlab = newSlab(0);

/**
 * The values of a fold, packed. Bytes are copied in, so that no value keeps the buffer alive that it arrived
 * in, and out, so that no reader can change the fold. When less than half of a slab is in use, its values
 * move on and the slab is given up; so the arena takes at most about twice what its values have.
 */
export class ValueArena {
  #current = newSlab(SLAB_BYTES);
  #allocated = SLAB_BYTES;

  /** What the slabs take, in bytes. */
  get allocatedBytes(): number {
    return this.#allocated;
  }

  store(key: string, version: VersionToken, value: Uint8Array): ArenaEntry {
    const entry = { key, version, length: value.length, slab: emptySlab, start: 0, retained: true };
    this.#place(entry, value);
    return entry;
  }

  /** A copy of the value. */
  read({ slab, start, length }: ArenaEntry): Uint8Array {
    return slab.bytes.slice(start, start + length);
  }

  /** Gives up the entry's bytes; whoever holds the entry can still read it. */
  release(entry: ArenaEntry): void {
    entry.retained = false;
    const { slab } = entry;
    slab.live -= entry.length;
    if (slab !== this.#current && slab.live * 2 < slab.bytes.length) this.#vacate(slab);
  }

  #place(entry: ArenaEntry, value: Uint8Array): void {
    if (value.length === 0) return;
    const slab = this.#slabFor(value.length);
    slab.bytes.set(value, slab.used);
    entry.slab = slab;
    entry.start = slab.used;
    slab.used += value.length;
    slab.live += value.length;
    slab.entries.push(entry);
  }

  #slabFor(length: number): Slab {
    if (length >= LARGE_BYTES) return this.#allocate(length);
    if (this.#current.used + length > SLAB_BYTES) {
      const full = this.#current;
      this.#current = this.#allocate(SLAB_BYTES);
      if (full.live * 2 < SLAB_BYTES) this.#vacate(full);
    }
    return this.#current;
  }

  #allocate(size: number): Slab {
    this.#allocated += size;
    return newSlab(size);
  }

  #vacate(slab: Slab): void {
    this.#allocated -= slab.bytes.length;
    for (const entry of slab.entries) {
      if (!entry.retained) continue;
      this.#place(entry, slab.bytes.subarray(entry.start, entry.start + entry.length));
    }
    slab.entries.length = 0;
  }
}

function newSlab(size: number): Slab {
  return { bytes: new Uint8Array(size), used: 0, live: 0, entries: [] };
}
