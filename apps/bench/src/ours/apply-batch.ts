import { type KvUpdate, type SnapshotStore, VersionToken, WatchCursor } from '@slipstream/core';

/** Applies updates, and takes the cursor after the last of them. */
export async function applyBatch(store: SnapshotStore, updates: readonly KvUpdate[]): Promise<void> {
  const version = updates.at(-1)?.version ?? VersionToken.unknown;
  await store.apply(updates, WatchCursor.of({ version }));
}
