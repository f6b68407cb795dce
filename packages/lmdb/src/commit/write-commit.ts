import type { KvUpdate, TimeSlice, WatchCursor } from '@slipstream/core';
import { isLong } from '../keyspace/key-layout.js';
import type { LmdbEngine } from '../lmdb-engine.js';
import type { CommitDraft, EngineChange } from './commit-draft.js';
import { committed } from './committed.js';

/** Updates between two looks at the clock. */
const STEPS = 64;

/**
 * Hands a commit over to the engine's writer thread as a whole: the page faults and the work on the tree happen on that
 * thread, which starts while the rest is being handed over.
 */
export async function writeAtOnce(
  engine: LmdbEngine,
  draft: CommitDraft,
  updates: readonly KvUpdate[],
  { cursor, slice }: { readonly cursor: WatchCursor; readonly slice: TimeSlice },
): Promise<void> {
  const records: (Buffer | undefined)[] = [];
  // Anything that may throw comes first: an error halfway through a batch of the engine leaves half of it applied.
  const others: EngineChange[] = [];
  for (const update of updates) {
    if (records.length % STEPS === 0 && slice.isOver) await slice.pause();
    const change = isLong(update.key) ? draft.change(update) : undefined;
    if (change !== undefined) others.push(change);
    records.push(isLong(update.key) ? undefined : draft.record(update));
  }
  others.push(...draft.rest(cursor));
  const commit = engine.batch(() => {
    for (const [index, { key }] of updates.entries()) {
      if (!isLong(key)) write(engine, { engineKey: draft.shortKey(key), record: records[index] });
    }
    for (const change of others) write(engine, change);
  });
  await committed(engine, commit);
}

/**
 * Writes a commit in slices, between which the event loop runs, inside one transaction. Readers through another handle
 * see nothing of it before it is committed. An error leaves nothing.
 */
export async function writeInSlices(
  engine: LmdbEngine,
  draft: CommitDraft,
  updates: readonly KvUpdate[],
  { cursor, slice }: { readonly cursor: WatchCursor; readonly slice: TimeSlice },
): Promise<void> {
  // A child, since it is the only transaction that the engine aborts when the callback fails.
  const commit = engine.childTransaction(async () => {
    let steps = 0;
    for (const update of updates) {
      write(engine, draft.change(update));
      steps += 1;
      if (steps % STEPS === 0 && slice.isOver) await slice.pause();
    }
    for (const change of draft.rest(cursor)) write(engine, change);
  });
  await committed(engine, commit);
}

function write(engine: LmdbEngine, change: EngineChange | undefined): void {
  if (change === undefined) return;
  if (change.record === undefined) engine.remove(change.engineKey);
  else engine.put(change.engineKey, change.record);
}
