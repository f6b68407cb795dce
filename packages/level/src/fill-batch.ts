import { setImmediate } from 'node:timers/promises';
import { type Clock, type KvUpdate, TimeSlice } from '@slipstream/core';
import type { ChecksummedRecordWriter } from './checksummed-record.js';
import { encodePosition, type FoldPosition } from './fold-position.js';
import { POSITION_KEY } from './keyspace.js';
import { ENCODINGS, type LevelBatch } from './level-engine.js';

/** Updates between two looks at the clock. */
const STEPS = 256;

/** What one commit is made of. */
export interface CommitParts {
  readonly updates: readonly KvUpdate[];
  /** Where the fold stands after it. */
  readonly position: FoldPosition;
  /** Whether it is flushed before it is acknowledged. */
  readonly isFlushed: boolean;
  readonly clock: Clock;
}

/** Fills a batch with a commit, in slices between which the event loop runs. Keeps nothing but the batch. */
export async function fillBatch(
  batch: LevelBatch,
  records: ChecksummedRecordWriter,
  { updates, position, isFlushed, clock }: CommitParts,
): Promise<void> {
  const slice = new TimeSlice(clock, setImmediate);
  let steps = 0;
  for (const update of updates) {
    records.addTo(batch, update);
    steps += 1;
    if (steps % STEPS === 0 && slice.isOver) await slice.pause();
  }
  batch.put(POSITION_KEY, encodePosition(position, isFlushed), ENCODINGS);
}
