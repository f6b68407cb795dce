import { type KvUpdate, type SnapshotStore, WatchCursor } from '@slipstream/core';

// What watchApplied uses when an engine has no preference.
const DEFAULT_BATCH = 1024;
// Bounds the memory of a batch when the values are large.
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/**
 * Applies entries to an empty fold, in batches of the size that its engine prefers, in key order: the next one is
 * collected while one is committed. The cursor comes with the last batch, which is committed only after the entries
 * have ended without an error: a fold that is filled in part never has a cursor.
 */
export async function fillFold(
  store: SnapshotStore,
  entries: AsyncIterable<readonly KvUpdate[]>,
  cursor: WatchCursor,
): Promise<void> {
  const most = store.catchUpBatch ?? DEFAULT_BATCH;
  let batch: KvUpdate[] = [];
  let bytes = 0;
  let committing = Promise.resolve();
  try {
    for await (const some of entries) {
      for (const update of some) {
        if (batch.length >= most || bytes >= MAX_BATCH_BYTES) {
          await committing;
          committing = store.apply(batch, WatchCursor.none);
          // Awaited with the next batch; until then a failure must not be unhandled.
          committing.catch(() => undefined);
          batch = [];
          bytes = 0;
        }
        batch.push(update);
        bytes += update.key.length + update.value.length;
      }
    }
    await committing;
    await store.apply(batch, cursor);
  } finally {
    // The caller closes the fold.
    await committing.catch(() => undefined);
  }
}
