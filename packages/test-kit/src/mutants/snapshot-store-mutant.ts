import type { KvEntry, KvUpdate, SnapshotStore, WatchCursor } from '@slipstream/core';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import { type Mutant, override } from './mutant.js';

export type SnapshotStoreMutant = Mutant<SnapshotStoreHarness>;

/** A mutation of every fold that the harness opens. */
export function ofStore(
  change: (store: SnapshotStore) => Partial<SnapshotStore>,
): SnapshotStoreMutant['mutate'] {
  return (harness) => ({
    ...harness,
    async open(location) {
      const store = await harness.open(location);
      return override(store, change(store));
    },
  });
}

/** A mutation of what `apply` is given. */
export function ofApply(
  change: (
    updates: readonly KvUpdate[],
    cursor: WatchCursor,
    store: SnapshotStore,
  ) => readonly [readonly KvUpdate[], WatchCursor],
): SnapshotStoreMutant['mutate'] {
  return ofStore((store) => ({ apply: (updates, cursor) => store.apply(...change(updates, cursor, store)) }));
}

/** A mutation of what an iteration over the fold yields, entries and keys alike. */
export function ofRange(
  range: (store: SnapshotStore, ...given: Parameters<SnapshotStore['range']>) => AsyncIterable<KvEntry>,
): SnapshotStoreMutant['mutate'] {
  return ofStore((store) => ({
    range: (prefix, options) => range(store, prefix, options),
    async *keys(prefix, options) {
      for await (const { key } of range(store, prefix, options)) yield key;
    },
  }));
}
