import type { KvEntry } from '../kv/kv-entry.js';
import { systemClock } from '../lifetime/clock.js';
import { TimeSlice } from '../lifetime/time-slice.js';
import { yieldToEventLoop } from '../lifetime/yield-to-event-loop.js';
import { GuardedRange } from './guarded-range.js';
import type { SnapshotDriver } from './snapshot-driver.js';
import type { RangeOptions } from './snapshot-store.js';

// An item takes a microsecond, apart from what its reader does with it.
const ITEMS_PER_CHECK = 32;

/** What iterations need from their fold. */
export interface RangeOwner {
  /** Throws once the fold is closing. */
  readonly assertOpen: () => void;
  /** The error to throw for one that the engine threw. */
  readonly failure: (error: unknown, what: string) => unknown;
}

/** The open iterations of a fold: each is bounded, ends with the fold, and releases what it holds. */
export class OpenRanges {
  readonly #driver: SnapshotDriver;
  readonly #owner: RangeOwner;
  /** Shared by all iterations: many short ones starve the event loop as one long iteration does. */
  readonly #slice: TimeSlice;
  #items = 0;
  readonly #open = new Set<{ return?(): unknown }>();

  constructor(
    driver: SnapshotDriver,
    owner: RangeOwner,
    slice: TimeSlice = new TimeSlice(systemClock, yieldToEventLoop),
  ) {
    this.#driver = driver;
    this.#owner = owner;
    this.#slice = slice;
  }

  /** A range of an engine that iterates synchronously. */
  iterate(prefix: string, options: RangeOptions = {}): IterableIterator<KvEntry, undefined> {
    return this.#iterate(prefix, options, () => this.#driver.range?.(prefix, options));
  }

  /** The keys of a range of an engine that reads them without their values. */
  iterateKeys(prefix: string, options: RangeOptions = {}): IterableIterator<string, undefined> {
    return this.#iterate(prefix, options, () => this.#driver.keys?.(prefix, options));
  }

  /** A range of any engine. */
  iteratePages(prefix: string, options: RangeOptions = {}): AsyncGenerator<KvEntry, void, undefined> {
    return this.#driver.rangePages === undefined
      ? this.#paced(this.iterate(prefix, options))
      : this.#iteratePages(this.#driver.rangePages, prefix, options);
  }

  /** The keys of a range of any engine. */
  iterateKeyPages(prefix: string, options: RangeOptions = {}): AsyncGenerator<string, void, undefined> {
    return this.#driver.keys === undefined
      ? keysOf(this.iteratePages(prefix, options))
      : this.#paced(this.iterateKeys(prefix, options));
  }

  /** Ends the engine's side of all open iterations; their readers find the fold closed. */
  async close(): Promise<void> {
    const iterators = [...this.#open];
    this.#open.clear();
    // Asynchronous, so that one that throws does not keep the others from being ended.
    await Promise.all(iterators.map(async (iterator) => iterator.return?.()));
  }

  /** What is iterated synchronously, for readers that wait for each item: they wait on microtasks alone. */
  async *#paced<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
    // Not `yield*`, which makes two more promises for every item.
    for (const item of items) {
      yield item;
      this.#items += 1;
      if (this.#items % ITEMS_PER_CHECK === 0 && this.#slice.isOver) await this.#slice.pause();
    }
  }

  async *#iteratePages(
    rangePages: NonNullable<SnapshotDriver['rangePages']>,
    prefix: string,
    options: RangeOptions,
  ): AsyncGenerator<KvEntry, void, undefined> {
    let remaining = this.#begin(options);
    if (remaining === 0) return;
    try {
      const pages = rangePages.call(this.#driver, prefix, options)[Symbol.asyncIterator]();
      this.#open.add(pages);
      try {
        for (let page = await pages.next(); !page.done; page = await pages.next()) {
          this.#owner.assertOpen();
          for (const entry of page.value) {
            yield entry;
            this.#owner.assertOpen();
            remaining -= 1;
            if (remaining === 0) return;
          }
        }
      } finally {
        if (this.#open.delete(pages)) await pages.return?.();
      }
    } catch (error) {
      throw this.#owner.failure(error, readingOf(prefix));
    }
  }

  #iterate<T>(prefix: string, options: RangeOptions, open: () => Iterable<T> | undefined): GuardedRange<T> {
    return new GuardedRange({
      begin: () => this.#begin(options),
      open,
      assertOpen: this.#owner.assertOpen,
      failure: (error) => this.#owner.failure(error, readingOf(prefix)),
      openIterators: this.#open,
    });
  }

  /** Returns the most entries that may be read. */
  #begin({ limit = Number.POSITIVE_INFINITY }: RangeOptions): number {
    this.#owner.assertOpen();
    if (limit !== Number.POSITIVE_INFINITY && !(Number.isInteger(limit) && limit >= 0)) {
      throw new RangeError(`limit is a whole number from 0, not ${limit}`);
    }
    return limit;
  }
}

function readingOf(prefix: string): string {
  return `reading the range ${JSON.stringify(prefix)}`;
}

async function* keysOf(entries: AsyncIterable<KvEntry>): AsyncGenerator<string, void, undefined> {
  for await (const { key } of entries) yield key;
}
