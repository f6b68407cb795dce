import { type KvUpdate, Mutex } from '@slipstream/core';
import { ENTRIES, entryKey } from './keyspace.js';
import { ENCODINGS, type LevelEngine, type LevelSnapshot } from './level-engine.js';
import { readPages } from './read-pages.js';

/**
 * Updates after which a count is given up. They bound the memory of their keys, and what LevelDB has to keep
 * of overwritten records for the snapshot of the count.
 */
const MOST_UPDATES = 32_768;

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
 * compares only these: are they there now, were they there then? After too many of them all keys are read.
 */
export class EntryCounter {
  readonly #engine: LevelEngine;
  readonly #writes: Mutex;
  readonly #counts = new Mutex();
  #last: Count | undefined;
  /** Since the snapshot of the last count, or of the one that is being made. */
  #touched: TouchedKeys | undefined;

  /**
   * @param writes - Held by whoever writes a commit.
   * @param entries - How many there are now; `undefined`: nobody knows.
   */
  constructor(engine: LevelEngine, writes: Mutex, entries: number | undefined) {
    this.#engine = engine;
    this.#writes = writes;
    if (entries === undefined) return;
    this.#touched = new TouchedKeys();
    this.#last = { entries, state: engine.snapshot(), touched: this.#touched };
  }

  /** To be told of every commit before it is written. */
  note(updates: readonly KvUpdate[]): void {
    if (this.#touched === undefined || this.#touched.add(updates)) return;
    this.#touched = undefined;
    void this.#last?.state.close();
    this.#last = undefined;
  }

  /** How many there are after the last commit. */
  count(): Promise<number> {
    return this.#counts.run(async () => {
      const { then, now, touched } = await this.#writes.run(() => this.#begin());
      try {
        const entries = then === undefined ? await this.#countAll(now) : await this.#recount(then, now);
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

  async #recount({ entries, state, touched }: Count, now: LevelSnapshot): Promise<number> {
    const keys = touched.keys();
    return entries + (await this.#countOf(keys, now)) - (await this.#countOf(keys, state));
  }

  async #countOf(keys: string[], snapshot: LevelSnapshot): Promise<number> {
    const found = await this.#engine.hasMany(keys, { ...ENCODINGS, snapshot });
    return found.filter(Boolean).length;
  }

  async #countAll(snapshot: LevelSnapshot): Promise<number> {
    let entries = 0;
    for await (const page of readPages(this.#engine, { bounds: ENTRIES, snapshot, values: false })) {
      entries += page.length;
    }
    return entries;
  }
}

/** The keys of some updates, as long as these are few. */
class TouchedKeys {
  readonly #keys = new Set<string>();
  #updates = 0;

  /** Whether they were still few enough. */
  add(updates: readonly KvUpdate[]): boolean {
    this.#updates += updates.length;
    if (this.#updates > MOST_UPDATES) return false;
    for (const { key } of updates) this.#keys.add(key);
    return true;
  }

  keys(): string[] {
    return [...this.#keys].map(entryKey);
  }
}
