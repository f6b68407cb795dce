import { LevelSnapshotStore, levelBackend, levelCapabilities } from '@slipstream/level';
import { LmdbSnapshotStore, lmdbBackend, lmdbCapabilities } from '@slipstream/lmdb';
import { LogSnapshotStore, logBackend, logCapabilities } from '@slipstream/log';
import { SqliteSnapshotStore, sqliteBackend, sqliteCapabilities } from '@slipstream/sqlite';
import { type SnapshotStoreHarness, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';

const onDisk = {
  createLocation: temporaryDirectory,
  path: ({ path }: TemporaryDirectory): string => path,
};

/** Every fold that outlives its process. */
export const durableFolds: readonly SnapshotStoreHarness<TemporaryDirectory>[] = [
  {
    name: 'log',
    capabilities: logCapabilities,
    createLocation: onDisk.createLocation,
    open: ({ path }) => LogSnapshotStore.open({ path }),
    artifacts: { backend: logBackend, path: onDisk.path },
  },
  {
    name: 'lmdb',
    capabilities: lmdbCapabilities,
    createLocation: onDisk.createLocation,
    open: ({ path }) => LmdbSnapshotStore.open({ path }),
    artifacts: { backend: lmdbBackend, path: onDisk.path },
  },
  {
    name: 'sqlite',
    capabilities: sqliteCapabilities,
    createLocation: onDisk.createLocation,
    open: ({ path }) => SqliteSnapshotStore.open({ path }),
    artifacts: { backend: sqliteBackend, path: onDisk.path },
  },
  {
    name: 'level',
    capabilities: levelCapabilities,
    createLocation: onDisk.createLocation,
    open: ({ path }) => LevelSnapshotStore.open({ path }),
    artifacts: { backend: levelBackend, path: onDisk.path },
  },
];
