import { type KvEntry, prefixBounds, type RangeOptions } from '@slipstream/core';
import { walkLayers } from './keyspace/walk-layers.js';
import type { LmdbEngine } from './lmdb-engine.js';

/** The entries of a fold, from the state of the first `next()`. */
export function* readEntries(
  engine: LmdbEngine,
  prefix: string,
  { after }: RangeOptions,
  decode: (key: string, record: Buffer) => KvEntry,
): Generator<KvEntry, void, undefined> {
  const bounds = prefixBounds(prefix, after);
  const transaction = engine.useReadTransaction();
  try {
    const scan = (start: Buffer, end: Buffer) => engine.getRange({ start, end, transaction });
    yield* walkLayers(
      {
        scan,
        keyOf: ({ key }) => key,
        recordOf: ({ value }) => value,
        result: (key, { value }) => decode(key, value),
      },
      bounds,
    );
  } finally {
    transaction.done();
  }
}

/** The keys of a fold, without a look at the values: a fifth of the time. */
export function* readKeys(
  engine: LmdbEngine,
  prefix: string,
  { after }: RangeOptions,
): Generator<string, void, undefined> {
  const bounds = prefixBounds(prefix, after);
  const transaction = engine.useReadTransaction();
  try {
    yield* walkLayers(
      {
        scan: (start, end) => engine.getKeys({ start, end, transaction }),
        keyOf: (key) => key,
        recordOf: (key) => copyOf(engine.getBinaryFast(key, { transaction })),
        result: (key) => key,
      },
      bounds,
    );
  } finally {
    transaction.done();
  }
}

/** What the engine reads next goes to the same place. */
function copyOf(record: Buffer | undefined): Buffer | undefined {
  return record && Buffer.from(record.subarray(0, record.length));
}
