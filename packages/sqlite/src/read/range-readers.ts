import type { RangeOptions } from '@slipstream/core';
import type { RangeReader } from './range-reader.js';

/** Connections that are kept for the next range; opening one costs about as much as reading 200 entries. */
const KEPT = 4;

/** The ranges that are open, each on a connection of its own. */
export class RangeReaders {
  readonly #open: () => RangeReader;
  readonly #idle: RangeReader[] = [];
  readonly #reading = new Set<RangeReader>();

  constructor(open: () => RangeReader) {
    this.#open = open;
  }

  /** The rows of a prefix, in key order, with these columns: as of the first `next()`. */
  *read(
    columns: string,
    prefix: string,
    options: RangeOptions,
  ): Generator<readonly unknown[], void, undefined> {
    const reader = this.#idle.pop() ?? this.#open();
    this.#reading.add(reader);
    try {
      yield* reader.read(columns, prefix, options);
    } finally {
      this.#reading.delete(reader);
      if (this.#idle.length < KEPT) this.#idle.push(reader);
      else reader.close();
    }
  }

  /** Takes their states from all that are open. */
  stop(): void {
    for (const reader of this.#reading) reader.stop();
    this.#reading.clear();
  }

  close(): void {
    for (const reader of this.#idle.splice(0)) reader.close();
  }
}
