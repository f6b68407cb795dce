import { type KvEntry, prefixBounds, type RangeOptions } from '@slipstream/core';
import { type LayerReader, LayerWalk } from './keyspace/layer-walk.js';
import type { LmdbEngine, LmdbItem, LmdbReadTransaction } from './lmdb-engine.js';

/** What to read, and what to throw for what the engine throws. */
interface Reading {
  readonly prefix: string;
  readonly options: RangeOptions;
  readonly failure: (error: unknown) => unknown;
}

/** The entries of a fold, from the state of the first `next()`. */
export function readEntries(
  engine: LmdbEngine,
  reading: Reading,
  entryOf: (key: string, value: LmdbItem['value']) => KvEntry,
): IterableIterator<KvEntry, undefined> {
  return new EngineRange(engine, reading, (transaction) => ({
    scan: (start, end) => engine.getRange({ start, end, transaction }),
    keyOf: ({ key }) => key,
    recordOf: ({ value }) => (Buffer.isBuffer(value) ? value : undefined),
    result: (key, { value }) => entryOf(key, value),
  }));
}

/** The keys of a fold, without a look at the values. */
export function readKeys(engine: LmdbEngine, reading: Reading): IterableIterator<string, undefined> {
  return new EngineRange(engine, reading, (transaction) => ({
    scan: (start, end) => engine.getKeys({ start, end, transaction }),
    keyOf: (key) => key,
    recordOf: (key) => copyOf(engine.getBinaryFast(Buffer.from(key), { transaction })),
    result: (key) => key,
  }));
}

/** Holds a state of the engine from the first `next()` to the end. */
class EngineRange<Item, Result> implements IterableIterator<Result, undefined> {
  readonly #engine: LmdbEngine;
  readonly #reading: Reading;
  readonly #readerOf: (transaction: LmdbReadTransaction) => LayerReader<Item, Result>;
  #transaction: LmdbReadTransaction | undefined;
  #walk: LayerWalk<Item, Result> | undefined;
  #isEnded = false;

  constructor(
    engine: LmdbEngine,
    reading: Reading,
    readerOf: (transaction: LmdbReadTransaction) => LayerReader<Item, Result>,
  ) {
    this.#engine = engine;
    this.#reading = reading;
    this.#readerOf = readerOf;
  }

  next(): IteratorResult<Result, undefined> {
    if (this.#isEnded) return { done: true, value: undefined };
    try {
      this.#walk ??= this.#begin();
      const next = this.#walk.next();
      return next.done ? this.return() : next;
    } catch (error) {
      this.return();
      throw this.#reading.failure(error);
    }
  }

  return(): IteratorReturnResult<undefined> {
    this.#isEnded = true;
    // The engine's cursors are in the transaction.
    this.#walk?.return();
    this.#walk = undefined;
    this.#transaction?.done();
    this.#transaction = undefined;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  #begin(): LayerWalk<Item, Result> {
    const { prefix, options } = this.#reading;
    const bounds = prefixBounds(prefix, options.after);
    this.#transaction = this.#engine.useReadTransaction();
    return new LayerWalk(this.#readerOf(this.#transaction), bounds);
  }
}

/** What the engine reads next goes to the same place. */
function copyOf(record: Buffer | undefined): Buffer | undefined {
  return record && Buffer.from(record.subarray(0, record.length));
}
