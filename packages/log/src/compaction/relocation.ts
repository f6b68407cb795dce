import type { TimeSlice } from '@slipstream/core';
import type { LogFile } from '../append-log/log-file.js';
import type { LogIndex } from '../index/log-index.js';

const ENTRIES_PER_CHECK = 1024;

const FIRST_CAPACITY = 1024;

/** The records that have been copied to another log: of which entries, and where they were and are. */
export class Relocation {
  readonly #source: LogFile;
  #entries = new Uint32Array(FIRST_CAPACITY);
  #from = new Float64Array(FIRST_CAPACITY);
  #to = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  constructor(source: LogFile) {
    this.#source = source;
  }

  add(entry: number, from: number, to: number): void {
    if (this.#count === this.#entries.length) this.#grow();
    this.#entries[this.#count] = entry;
    this.#from[this.#count] = from;
    this.#to[this.#count] = to;
    this.#count += 1;
  }

  /** Points every entry that has not changed since to its copy. Until that is done both logs are read. */
  async moveTo(log: LogFile, index: LogIndex, slice: TimeSlice): Promise<void> {
    for (let at = 0; at < this.#count; at++) {
      const from = { log: this.#source, offset: this.#from[at] as number };
      index.move(this.#entries[at] as number, from, { log, offset: this.#to[at] as number });
      if (at % ENTRIES_PER_CHECK === 0 && slice.isOver) await slice.pause();
    }
  }

  #grow(): void {
    const entries = new Uint32Array(2 * this.#count);
    const from = new Float64Array(2 * this.#count);
    const to = new Float64Array(2 * this.#count);
    entries.set(this.#entries);
    from.set(this.#from);
    to.set(this.#to);
    this.#entries = entries;
    this.#from = from;
    this.#to = to;
  }
}
