import type { KvEntry } from '../kv/kv-entry.js';
import type { SnapshotDriver } from './snapshot-driver.js';
import type { RangeOptions } from './snapshot-store.js';
import { StandingRange } from './standing-range.js';

/** The iterations that stand open on a fold: each is bounded, ends with the fold, and frees what it holds. */
export class OpenRanges {
  readonly #driver: SnapshotDriver;
  readonly #assertOpen: () => void;
  readonly #standing = new Set<{ return?(): unknown }>();

  /** @param assertOpen - Throws once the fold is closing. */
  constructor(driver: SnapshotDriver, assertOpen: () => void) {
    this.#driver = driver;
    this.#assertOpen = assertOpen;
  }

  /** A range of an engine that iterates synchronously. */
  iterate(prefix: string, options: RangeOptions = {}): IterableIterator<KvEntry, undefined> {
    return this.#iterate(options, () => this.#driver.range?.(prefix, options));
  }

  /** The keys of a range of an engine that reads them without their values. */
  iterateKeys(prefix: string, options: RangeOptions = {}): IterableIterator<string, undefined> {
    return this.#iterate(options, () => this.#driver.keys?.(prefix, options));
  }

  /** A range of any engine. */
  async *iteratePages(prefix: string, options: RangeOptions = {}): AsyncGenerator<KvEntry, void, undefined> {
    if (this.#driver.rangePages === undefined) {
      // Not `yield*`, which makes two promises more of every entry.
      for (const entry of this.iterate(prefix, options)) yield entry;
      return;
    }
    let remaining = this.#begin(options);
    if (remaining === 0) return;
    const pages = this.#driver.rangePages(prefix, options)[Symbol.asyncIterator]();
    this.#standing.add(pages);
    try {
      for (let page = await pages.next(); !page.done; page = await pages.next()) {
        this.#assertOpen();
        for (const entry of page.value) {
          yield entry;
          this.#assertOpen();
          remaining -= 1;
          if (remaining === 0) return;
        }
      }
    } finally {
      if (this.#standing.delete(pages)) await pages.return?.();
    }
  }

  /** Ends whatever stands open, as far as the engine is concerned; its readers find the fold closed. */
  async close(): Promise<void> {
    const standing = [...this.#standing];
    this.#standing.clear();
    await Promise.all(standing.map((iterator) => iterator.return?.()));
  }

  #iterate<T>(options: RangeOptions, open: () => Iterable<T> | undefined): StandingRange<T> {
    return new StandingRange({
      begin: () => this.#begin(options),
      open,
      assertOpen: this.#assertOpen,
      standing: this.#standing,
    });
  }

  /** How many entries there may be. */
  #begin({ limit = Number.POSITIVE_INFINITY }: RangeOptions): number {
    this.#assertOpen();
    if (limit !== Number.POSITIVE_INFINITY && !(Number.isInteger(limit) && limit >= 0)) {
      throw new RangeError(`limit is a whole number from 0, not ${limit}`);
    }
    return limit;
  }
}
