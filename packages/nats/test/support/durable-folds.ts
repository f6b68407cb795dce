import type { SnapshotBackend, SnapshotCapabilities } from '@slipstream/core';
import { levelBackend, levelCapabilities } from '@slipstream/level';
import { lmdbBackend, lmdbCapabilities } from '@slipstream/lmdb';
import { logBackend, logCapabilities } from '@slipstream/log';
import { sqliteBackend, sqliteCapabilities } from '@slipstream/sqlite';
import { type SnapshotStoreHarness, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';

/** A fold in a directory. */
export type DurableFold = SnapshotStoreHarness<TemporaryDirectory>;

function onDisk(backend: SnapshotBackend<never>, capabilities: SnapshotCapabilities): DurableFold {
  return {
    name: backend.name,
    capabilities,
    createLocation: temporaryDirectory,
    open: ({ path }) => backend.open(path),
    artifacts: { backend, path: ({ path }) => path },
  };
}

/** Every fold that outlives its process. */
export const durableFolds: readonly [DurableFold, ...DurableFold[]] = [
  onDisk(logBackend, logCapabilities),
  onDisk(lmdbBackend, lmdbCapabilities),
  onDisk(sqliteBackend, sqliteCapabilities),
  onDisk(levelBackend, levelCapabilities),
];

/**
 * The folds to test against a server of a series. What differs between the series is the source, not what a
 * fold makes of it: on the oldest, one engine tells as much as all of them.
 */
export function durableFoldsFor(series: string): readonly [DurableFold, ...DurableFold[]] {
  return series === '2.10' ? [durableFolds[0]] : durableFolds;
}
