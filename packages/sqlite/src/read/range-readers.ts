import type { RangeOptions } from '@slipstream/core';
import type { RangeReader } from './range-reader.js';

/** Connections that are kept for the next range; opening one costs about as much as reading 200 entries. */
const KEPT = 4;

/** What is read of a row, and what becomes of it. */
export interface RowReading<Result> {
  readonly columns: string;
  readonly resultOf: (row: readonly unknown[]) => Result;
  /** What is thrown for what the engine threw. */
  readonly failure: (error: unknown) => unknown;
}

/** The ranges that are open, each on a connection of its own. */
export class RangeReaders {
  readonly #open: () => RangeReader;
  readonly #idle: RangeReader[] = [];
  readonly #reading = new Set<RangeReader>();

  constructor(open: () => RangeReader) {
    this.#open = open;
  }

  /** What becomes of the rows of a prefix, in key order: as of the first `next()`. */
  *read<Result>(
    prefix: string,
    options: RangeOptions,
    { columns, resultOf, failure }: RowReading<Result>,
  ): Generator<Result, void, undefined> {
    let reader: RangeReader | undefined;
    try {
      reader = this.#idle.pop() ?? this.#open();
      this.#reading.add(reader);
      reader.begin(columns, prefix, options);
      for (let row = reader.next(); row !== undefined; row = reader.next()) yield resultOf(row);
    } catch (error) {
      throw failure(error);
    } finally {
      if (reader !== undefined) this.#release(reader);
    }
  }

  #release(reader: RangeReader): void {
    reader.end();
    this.#reading.delete(reader);
    if (this.#idle.length < KEPT) this.#idle.push(reader);
    else reader.close();
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
