import { setImmediate } from 'node:timers/promises';
import { type Clock, type KvUpdate, Mutex, TimeSlice } from '@slipstream/core';
import { ENTRIES, passingEntryKey } from './keyspace.js';
import { getBytes, type LevelEngine, type LevelSnapshot } from './level-engine.js';
import type { LevelFold } from './level-fold.js';
import { readPages } from './read-pages.js';

/**
 * Updates after which a count is given up. They bound the memory of their keys, and what LevelDB has to keep
 * of overwritten records for the snapshot of the count.
 */
const MOST_UPDATES = 32_768;

/** Lookups between two looks at the clock. */
const LOOKUPS = 64;

/** A number of entries, the state that has so many, and the keys that were written since. */
interface Count {
  readonly entries: number;
  readonly state: LevelSnapshot;
  readonly touched: TouchedKeys;
}

/**
 * Knows how many entries a fold has.
 *
 * LevelDB does not, and to ask it with every commit whether the keys are there makes commits four times as
 * slow. So the keys that are written after a count are remembered, while they are few, and the next count
 * asks of these only whether they were there then. After too many of them all keys are read.
 */
export class EntryCounter {
  readonly #engine: LevelEngine;
  readonly #clock: Clock;
  readonly #writes: Mutex;
  readonly #counts = new Mutex();
  #last: Count | undefined;
  /** Since the snapshot of the last count, or of the one that is being made. */
  #touched: TouchedKeys | undefined;

  /**
   * @param fold - As it was opened.
   * @param writes - Held while a commit is written.
   */
  constructor({ engine, config, state: { entries } }: LevelFold, writes: Mutex) {
    this.#engine = engine;
    this.#clock = config.clock;
    this.#writes = writes;
    if (entries === undefined) return;
    this.#touched = new TouchedKeys();
    this.#last = { entries, state: engine.snapshot(), touched: this.#touched };
  }

  /** To be told of every commit, by whoever holds `writes`. */
  note(updates: readonly KvUpdate[]): void {
    if (this.#touched === undefined || this.#touched.add(updates)) return;
    this.forget();
  }

  /** To be told of a commit that failed: nobody knows what of it was written. */
  forget(): void {
    this.#touched = undefined;
    void this.#last?.state.close();
    this.#last = undefined;
  }

  /** How many there are after the last commit. */
  count(): Promise<number> {
    return this.#counts.run(async () => {
      const { then, now, touched } = await this.#writes.run(() => this.#begin());
      try {
        const entries = then === undefined ? await this.#countAll(now) : await this.#recount(then);
        if (this.#touched === touched) this.#last = { entries, state: now, touched };
        return entries;
      } finally {
        await then?.state.close();
        if (this.#last?.state !== now) await now.close();
      }
    });
  }

  /** Lets go of what the count holds in the engine. */
  async close(): Promise<void> {
    await this.#counts.idle();
    await this.#last?.state.close();
    this.#last = undefined;
    this.#touched = undefined;
  }

  #begin(): { then: Count | undefined; now: LevelSnapshot; touched: TouchedKeys } {
    const then = this.#last;
    const touched = new TouchedKeys();
    this.#last = undefined;
    this.#touched = touched;
    return { then, now: this.#engine.snapshot(), touched };
  }

  async #countAll(snapshot: LevelSnapshot): Promise<number> {
    let entries = 0;
    for await (const page of readPages(this.#engine, { bounds: ENTRIES, snapshot, values: false })) {
      entries += page.length;
    }
    return entries;
  }

  /**
   * Looks the keys up one at a time, each by itself: `hasMany` moves an iterator, which passes over everything that the
   * snapshot does not see, for each key again.
   */
  async #recount({ entries, state, touched }: Count): Promise<number> {
    // Nothing was there.
    if (entries === 0) return touched.present;
    const slice = new TimeSlice(this.#clock, setImmediate);
    let before = 0;
    let lookups = 0;
    for (const key of touched.keys()) {
      if (getBytes(this.#engine, passingEntryKey(key), state) !== undefined) before += 1;
      lookups += 1;
      if (lookups % LOOKUPS === 0 && slice.isOver) await slice.pause();
    }
    return entries - before + touched.present;
  }
}

/** The keys of some updates, as long as these are few, and whether the last of each left it there. */
class TouchedKeys {
  readonly #isThere = new Map<string, boolean>();
  #updates = 0;
  #present = 0;

  /** Those that are there. */
  get present(): number {
    return this.#present;
  }

  /** Whether they were still few enough. */
  add(updates: readonly KvUpdate[]): boolean {
    this.#updates += updates.length;
    if (this.#updates > MOST_UPDATES) return false;
    for (const { key, kind } of updates) {
      const isThere = kind === 'put';
      this.#present += Number(isThere) - Number(this.#isThere.get(key) ?? false);
      this.#isThere.set(key, isThere);
    }
    return true;
  }

  keys(): Iterable<string> {
    return this.#isThere.keys();
  }
}
