import { type KeyBounds, type KvEntry, prefixBounds, type RangeOptions } from '@slipstream/core';
import { type LayerReader, LayerWalk } from './keyspace/layer-walk.js';
import type { LmdbEngine, LmdbItem, LmdbReadTransaction } from './lmdb-engine.js';

/** The entries of a fold, from the state of the first `next()`. */
export function readEntries(
  engine: LmdbEngine,
  prefix: string,
  options: RangeOptions,
  entryOf: (key: string, value: LmdbItem['value']) => KvEntry,
): IterableIterator<KvEntry, undefined> {
  return new EngineRange(engine, prefixBounds(prefix, options.after), (transaction) => ({
    scan: (start, end) => engine.getRange({ start, end, transaction }),
    keyOf: ({ key }) => key,
    recordOf: ({ value }) => (Buffer.isBuffer(value) ? value : undefined),
    result: (key, { value }) => entryOf(key, value),
  }));
}

/** The keys of a fold, without reading the values. */
export function readKeys(
  engine: LmdbEngine,
  prefix: string,
  options: RangeOptions,
): IterableIterator<string, undefined> {
  return new EngineRange(engine, prefixBounds(prefix, options.after), (transaction) => ({
    scan: (start, end) => engine.getKeys({ start, end, transaction }),
    keyOf: (key) => key,
    recordOf: (key) => copyOf(engine.getBinaryFast(Buffer.from(key), { transaction })),
    result: (key) => key,
  }));
}

/** Holds a state of the engine from the first `next()` to `return()`. */
class EngineRange<Item, Result> implements IterableIterator<Result, undefined> {
  readonly #engine: LmdbEngine;
  readonly #bounds: KeyBounds;
  readonly #readerOf: (transaction: LmdbReadTransaction) => LayerReader<Item, Result>;
  #transaction: LmdbReadTransaction | undefined;
  #walk: LayerWalk<Item, Result> | undefined;

  constructor(
    engine: LmdbEngine,
    bounds: KeyBounds,
    readerOf: (transaction: LmdbReadTransaction) => LayerReader<Item, Result>,
  ) {
    this.#engine = engine;
    this.#bounds = bounds;
    this.#readerOf = readerOf;
  }

  next(): IteratorResult<Result, undefined> {
    this.#walk ??= this.#begin();
    return this.#walk.next();
  }

  return(): IteratorReturnResult<undefined> {
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
    this.#transaction = this.#engine.useReadTransaction();
    return new LayerWalk(this.#readerOf(this.#transaction), this.#bounds);
  }
}

/** The engine's next read overwrites the record. */
function copyOf(record: Buffer | undefined): Buffer | undefined {
  return record && Buffer.from(record.subarray(0, record.length));
}
