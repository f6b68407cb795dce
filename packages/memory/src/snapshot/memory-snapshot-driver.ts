import {
  type KvEntry,
  type KvUpdate,
  OrderedMap,
  type RangeOptions,
  type SnapshotCapabilities,
  type SnapshotDriver,
  type SnapshotStats,
  WatchCursor,
} from '@slipstream/core';
import { type ArenaEntry, ValueArena } from './value-arena.js';

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
const ENTRY_OVERHEAD_BYTES = 200;

/** A fold in memory: an ordered index over packed values. */
export class MemorySnapshotDriver implements SnapshotDriver {
  readonly backend: string = MEMORY_BACKEND;
  readonly formatVersion: string = MEMORY_FORMAT_VERSION;
  readonly capabilities: SnapshotCapabilities = memoryCapabilities;
  readonly location: string = 'in memory';
  readonly cursor: WatchCursor = WatchCursor.none;
  readonly #entries = new OrderedMap<ArenaEntry>();
  #arena = new ValueArena();
  #keyBytes = 0;

  commit(updates: readonly KvUpdate[]): void {
    const replaced: (ArenaEntry | undefined)[] = [];
    try {
      for (const update of updates) replaced.push(this.#apply(update));
    } catch (error) {
      this.#undo(updates, replaced);
      throw error;
    }
    for (const entry of replaced) if (entry !== undefined) this.#arena.release(entry);
  }

  get(key: string): KvEntry | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : this.#entryOf(entry);
  }

  *range(prefix: string, { after }: RangeOptions): IterableIterator<KvEntry> {
    for (const [, entry] of this.#entries.range(prefix, after)) yield this.#entryOf(entry);
  }

  stats(): SnapshotStats {
    const entries = this.#entries.size;
    const bytes = entries * ENTRY_OVERHEAD_BYTES + this.#keyBytes + this.#arena.allocatedBytes;
    return { entries, bytes };
  }

  close(): void {
    this.#entries.clear();
    this.#arena = new ValueArena();
  }

  /** Applies one update; returns the entry it replaced, whose bytes stay until the commit is sure. */
  #apply({ kind, key, version, value }: KvUpdate): ArenaEntry | undefined {
    if (kind !== 'put') return this.#delete(key);
    const entry = this.#arena.store(key, version, value);
    try {
      return this.#set(entry);
    } catch (error) {
      this.#arena.release(entry);
      throw error;
    }
  }

  /** Takes back what the first updates of a batch did, the latest first. */
  #undo(updates: readonly KvUpdate[], replaced: (ArenaEntry | undefined)[]): void {
    for (let index = replaced.length - 1; index >= 0; index--) {
      const before = replaced[index];
      const written =
        before === undefined ? this.#delete((updates[index] as KvUpdate).key) : this.#set(before);
      if (written !== undefined) this.#arena.release(written);
    }
  }

  #set(entry: ArenaEntry): ArenaEntry | undefined {
    const previous = this.#entries.set(entry.key, entry);
    if (previous === undefined) this.#keyBytes += entry.key.length;
    return previous;
  }

  #delete(key: string): ArenaEntry | undefined {
    const previous = this.#entries.delete(key);
    if (previous !== undefined) this.#keyBytes -= key.length;
    return previous;
  }

  #entryOf(entry: ArenaEntry): KvEntry {
    return { key: entry.key, value: this.#arena.read(entry), version: entry.version };
  }
}
