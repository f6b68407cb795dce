import type { RangeReader } from './range-reader.js';

/** Idle connections kept for later ranges; opening one costs about as much as reading 200 entries. */
const KEPT = 4;

/** The ranges that are open, each on a connection of its own. */
export class RangeReaders {
  readonly #open: () => RangeReader;
  readonly #idle: RangeReader[] = [];
  readonly #reading = new Set<RangeReader>();

  constructor(open: () => RangeReader) {
    this.#open = open;
  }

  /** An idle one, or a new one. */
  take(): RangeReader {
    const reader = this.#idle.pop() ?? this.#open();
    this.#reading.add(reader);
    return reader;
  }

  /** Releases the state that one holds. */
  release(reader: RangeReader): void {
    reader.end();
    this.#reading.delete(reader);
    if (this.#idle.length < KEPT) this.#idle.push(reader);
    else reader.close();
  }

  /** Makes all open ranges release their states. */
  stop(): void {
    for (const reader of this.#reading) reader.stop();
    this.#reading.clear();
  }

  close(): void {
    for (const reader of this.#idle.splice(0)) reader.close();
  }
}
