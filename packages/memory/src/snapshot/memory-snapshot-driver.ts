import {
  KeyIndex,
  type KvEntry,
  type KvUpdate,
  NO_ENTRY,
  NOWHERE,
  type RangeOptions,
  type SnapshotCapabilities,
  type SnapshotDriver,
  type SnapshotStats,
  WatchCursor,
} from '@slipstream/core';
import { ValueArena } from './value-arena.js';

/** The engine's name, as artifacts carry it. */
export const MEMORY_BACKEND = 'memory';

export const MEMORY_FORMAT_VERSION = '1';

/** What a fold in memory can do. */
export const memoryCapabilities: SnapshotCapabilities = Object.freeze({
  durable: false,
  synchronousReads: true,
  synchronousRanges: true,
  checkpoint: false,
  checksums: false,
});

/** What an entry takes beyond its value, in bytes, without its key: measured with a million of them. */
const ENTRY_OVERHEAD_BYTES = 80;

/** A fold in memory: an ordered index over packed values. */
export class MemorySnapshotDriver implements SnapshotDriver {
  readonly backend: string = MEMORY_BACKEND;
  readonly formatVersion: string = MEMORY_FORMAT_VERSION;
  readonly capabilities: SnapshotCapabilities = memoryCapabilities;
  readonly location: string = 'in memory';
  readonly cursor: WatchCursor = WatchCursor.none;
  readonly #index = new KeyIndex();
  #arena = new ValueArena(this.#index);

  commit(updates: readonly KvUpdate[]): void {
    const replaced: number[] = [];
    try {
      for (const update of updates) replaced.push(this.#apply(update));
    } catch (error) {
      this.#undo(updates, replaced);
      throw error;
    }
    for (const location of replaced) if (location !== NOWHERE) this.#arena.release(location);
    this.#arena.settle();
  }

  get(key: string): KvEntry | undefined {
    const entry = this.#index.find(key);
    if (entry === NO_ENTRY) return undefined;
    return this.#arena.read(key, this.#index.locationOf(entry), this.#index.lengthOf(entry));
  }

  *range(prefix: string, { after }: RangeOptions): Generator<KvEntry, void, undefined> {
    const slabs = this.#arena.snapshot();
    for (const { key, location, length } of this.#index.range(prefix, after)) {
      yield this.#arena.read(key, location, length, slabs);
    }
  }

  *keys(prefix: string, { after }: RangeOptions): Generator<string, void, undefined> {
    for (const { key } of this.#index.range(prefix, after)) yield key;
  }

  stats(): SnapshotStats {
    const { size: entries, keyBytes } = this.#index;
    const bytes = entries * ENTRY_OVERHEAD_BYTES + keyBytes + this.#arena.allocatedBytes;
    return { entries, bytes };
  }

  close(): void {
    this.#index.clear();
    this.#arena = new ValueArena(this.#index);
  }

  /** Applies one update; returns the location of the record that it replaced, which stays until the commit is certain. */
  #apply({ kind, key, version, value }: KvUpdate): number {
    if (kind !== 'put') return this.#remove(key);
    const entry = this.#index.claim(key);
    const replaced = this.#index.locationOf(entry);
    try {
      this.#arena.store(entry, version, value);
    } catch (error) {
      if (replaced === NOWHERE) this.#index.remove(entry);
      throw error;
    }
    return replaced;
  }

  /** Reverts the first updates of a batch, the latest first. */
  #undo(updates: readonly KvUpdate[], replaced: readonly number[]): void {
    for (let at = replaced.length - 1; at >= 0; at--) {
      const { key } = updates[at] as KvUpdate;
      const before = replaced[at] as number;
      const written = this.#locationOf(key);
      if (before === NOWHERE) this.#remove(key);
      else this.#arena.restore(this.#index.claim(key), before);
      if (written !== NOWHERE) this.#arena.release(written);
    }
    this.#arena.settle();
  }

  #locationOf(key: string): number {
    const entry = this.#index.find(key);
    return entry === NO_ENTRY ? NOWHERE : this.#index.locationOf(entry);
  }

  /** Returns the location of the record of the key; the record stays. */
  #remove(key: string): number {
    const entry = this.#index.find(key);
    if (entry === NO_ENTRY) return NOWHERE;
    const location = this.#index.locationOf(entry);
    this.#index.remove(entry);
    return location;
  }
}
