import { defineSnapshotStoreSuite, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { LmdbSnapshotStore, lmdbBackend, lmdbCapabilities } from '../src/index.js';

const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;

for (const sync of [false, true]) {
  defineSnapshotStoreSuite<TemporaryDirectory>(
    { describe, test },
    {
      name: sync ? 'lmdb, sync' : 'lmdb',
      capabilities: lmdbCapabilities,
      createLocation: temporaryDirectory,
      open: ({ path }) => LmdbSnapshotStore.open({ path, sync }),
      files: {
        directory: ({ path }) => path,
        openCopy: (path) => LmdbSnapshotStore.open({ path, sync }),
      },
      process: {
        module: new URL('./programs/open-fold.ts', import.meta.url),
        nodeArguments: ['--conditions=@slipstream/source', '--import', LOADER],
        path: ({ path }) => path,
      },
      artifacts: {
        backend: { ...lmdbBackend, open: (path) => LmdbSnapshotStore.open({ path, sync }) },
        path: ({ path }) => path,
      },
      largeFold: sync ? undefined : 1_000_000,
    },
  );
}
