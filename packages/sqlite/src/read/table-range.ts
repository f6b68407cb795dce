import type { RangeOptions } from '@slipstream/core';
import type { RangeReader } from './range-reader.js';
import type { RangeReaders } from './range-readers.js';
import type { PageReading, RowPage } from './row-page.js';

/** Which rows are read, and how. */
export interface TableRangeOptions<Result> {
  readonly prefix: string;
  readonly options: RangeOptions;
  readonly pages: PageReading<Result>;
}

/**
 * The results of the rows of a prefix, in key order, as of the first `next()`. An iterator object, since a generator
 * costs more per row.
 */
export class TableRange<Result> implements IterableIterator<Result, undefined> {
  readonly #readers: RangeReaders;
  readonly #reading: TableRangeOptions<Result>;
  #reader: RangeReader | undefined;
  #page: RowPage<Result> | undefined;

  constructor(readers: RangeReaders, reading: TableRangeOptions<Result>) {
    this.#readers = readers;
    this.#reading = reading;
  }

  next(): IteratorResult<Result, undefined> {
    const reader = this.#reader ?? this.#begin();
    reader.assertNotStopped();
    let value = this.#page?.next();
    if (value === undefined) {
      this.#page = reader.next(this.#reading.pages);
      value = this.#page?.next();
    }
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  return(): IteratorReturnResult<undefined> {
    this.#page = undefined;
    if (this.#reader !== undefined) this.#readers.release(this.#reader);
    this.#reader = undefined;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  #begin(): RangeReader {
    const { prefix, options } = this.#reading;
    this.#reader = this.#readers.take();
    this.#reader.begin(prefix, options);
    return this.#reader;
  }
}
