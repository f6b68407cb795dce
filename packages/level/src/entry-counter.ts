import { setImmediate } from 'node:timers/promises';
import { type Clock, type KvUpdate, Mutex, TimeSlice } from '@slipstream/core';
import { ENTRIES, transientEntryKey } from './keyspace.js';
import { getBytes, type LevelEngine, type LevelSnapshot } from './level-engine.js';
import type { LevelFold } from './level-fold.js';
import { readPages } from './read-pages.js';

/**
 * Updates after which a count is dropped. This bounds the memory for their keys, and the overwritten records that
 * LevelDB keeps for the snapshot of the count.
 */
const MOST_UPDATES = 32_768;

/** Lookups between two looks at the clock. */
const LOOKUPS = 64;

/** A number of entries, the state that has this many, and the keys that were written since. */
interface Count {
  readonly entries: number;
  readonly state: LevelSnapshot;
  readonly touched: TouchedKeys;
}

/**
 * Knows how many entries a fold has.
 *
 * LevelDB does not, and looking up the keys of every commit makes commits four times as slow. So the keys that are
 * written after a count are remembered, while they are few, and the next count only looks up whether these were there
 * at the last one. After too many updates all keys are read.
 */
export class EntryCounter {
  readonly #engine: LevelEngine;
  readonly #clock: Clock;
  readonly #writes: Mutex;
  readonly #counts = new Mutex();
  #last: Count | undefined;
  /** Since the snapshot of the last count, or of the one in progress. */
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

  /** Called with every commit, by the holder of `writes`. */
  note(updates: readonly KvUpdate[]): void {
    if (this.#touched === undefined || this.#touched.add(updates)) return;
    this.forget();
  }

  /** Called after a commit that failed: what was written of it is unknown. */
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

  /** Releases what the count holds in the engine. */
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
   * Looks the keys up one at a time: `hasMany` moves an iterator, which for each key steps over everything that the
   * snapshot does not see.
   */
  async #recount({ entries, state, touched }: Count): Promise<number> {
    // The fold was empty.
    if (entries === 0) return touched.present;
    const slice = new TimeSlice(this.#clock, setImmediate);
    let before = 0;
    let lookups = 0;
    for (const key of touched.keys()) {
      if (getBytes(this.#engine, transientEntryKey(key), state) !== undefined) before += 1;
      lookups += 1;
      if (lookups % LOOKUPS === 0 && slice.isOver) await slice.pause();
    }
    return entries - before + touched.present;
  }
}

/** The keys of some updates, as long as these are few, and whether the last one of each was a put. */
class TouchedKeys {
  readonly #isThere = new Map<string, boolean>();
  #updates = 0;
  #present = 0;

  /** How many of them are there now. */
  get present(): number {
    return this.#present;
  }

  /** Returns whether they are still few enough. */
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
