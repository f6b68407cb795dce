import type { SnapshotBackend, SnapshotCapabilities } from '@slipstream/core';
import { levelBackend, levelCapabilities } from '@slipstream/level';
import { lmdbBackend, lmdbCapabilities } from '@slipstream/lmdb';
import { logBackend, logCapabilities } from '@slipstream/log';
import { sqliteBackend, sqliteCapabilities } from '@slipstream/sqlite';
import { type SnapshotStoreHarness, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';

type DurableFold = SnapshotStoreHarness<TemporaryDirectory>;

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
