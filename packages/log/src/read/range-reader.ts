import type { KvEntry, RangeOptions } from '@slipstream/core';
import { decodeEntry } from '../format/record.js';
import type { IndexedSlot, LogIndex } from '../index/log-index.js';
import { readRecords } from './record-reader.js';

// A caller that wants only the first entries pays little; one that continues gets larger reads.
const FIRST_BATCH = 16;
const LARGEST_BATCH = 512;
const BATCH_BYTES = 1024 * 1024;

/** The entries of a range, in key order, from the index as it stands at the first `next()`. */
export function* readRange(
  index: LogIndex,
  prefix: string,
  { after, limit = Number.POSITIVE_INFINITY }: RangeOptions,
): Generator<KvEntry, void, undefined> {
  let slots: IndexedSlot[] = [];
  let bytes = 0;
  let batch = Math.min(FIRST_BATCH, limit);
  let remaining = limit;
  for (const slot of index.range(prefix, after)) {
    slots.push(slot);
    bytes += slot.length;
    if (slots.length < batch && bytes < BATCH_BYTES) continue;
    yield* entriesOf(slots);
    remaining -= slots.length;
    if (remaining === 0) return;
    slots = [];
    bytes = 0;
    batch = Math.min(2 * batch, LARGEST_BATCH, remaining);
  }
  yield* entriesOf(slots);
}

function* entriesOf(slots: readonly IndexedSlot[]): Generator<KvEntry, void, undefined> {
  const records = readRecords(slots);
  for (const [position, { key }] of slots.entries()) yield decodeEntry(key, records[position] as Buffer);
}
