import { setImmediate } from 'node:timers/promises';
import type { KvUpdate } from '@slipstream/core';
import { encodePosition, type FoldPosition } from './fold-position.js';
import { entryKey, POSITION_KEY } from './keyspace.js';
import { AS_BYTES, type LevelBatch } from './level-engine.js';
import { sealRecord } from './sealed-record.js';

/** A slice of about 2 ms, after which the loop may do something else. */
const UPDATES_PER_SLICE = 1024;

/** Fills a batch with the updates of one commit, and where the fold stands after it. */
export async function fillBatch(
  batch: LevelBatch,
  updates: readonly KvUpdate[],
  position: FoldPosition,
  isFlushed: boolean,
): Promise<void> {
  let count = 0;
  for (const update of updates) {
    const key = entryKey(update.key);
    if (update.kind === 'put') batch.put(key, sealRecord(key, update), AS_BYTES);
    else batch.del(key, AS_BYTES);
    count += 1;
    if (count % UPDATES_PER_SLICE === 0 && count < updates.length) await setImmediate();
  }
  batch.put(POSITION_KEY, encodePosition(position, isFlushed), AS_BYTES);
}
