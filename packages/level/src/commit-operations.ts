import { setImmediate } from 'node:timers/promises';
import { type KvUpdate, systemClock, TimeSlice } from '@slipstream/core';
import { encodePosition, type FoldPosition } from './fold-position.js';
import { entryKey, POSITION_KEY } from './keyspace.js';
import type { LevelOperation } from './level-engine.js';
import { sealRecord } from './sealed-record.js';

/** Between two looks at the clock. */
const STEPS = 256;

/** What one commit does to the database, and where the fold stands after it. */
export async function operationsOf(
  updates: readonly KvUpdate[],
  position: FoldPosition,
  isFlushed: boolean,
): Promise<LevelOperation[]> {
  const operations: LevelOperation[] = [];
  const slice = new TimeSlice(systemClock, setImmediate);
  for (const update of updates) {
    const key = entryKey(update.key);
    if (update.kind === 'put') operations.push({ type: 'put', key, value: sealRecord(key, update) });
    else operations.push({ type: 'del', key });
    if (operations.length % STEPS === 0 && slice.isOver) await slice.pause();
  }
  operations.push({ type: 'put', key: POSITION_KEY, value: encodePosition(position, isFlushed) });
  return operations;
}
