import {
  defineSnapshotStoreSuite,
  propertySettings,
  type TemporaryDirectory,
  temporaryDirectory,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { sourceArguments } from '../../../tooling/test/start-program.js';
import { SqliteSnapshotStore, sqliteBackend, sqliteCapabilities } from '../src/index.js';

for (const sync of [false, true]) {
  defineSnapshotStoreSuite<TemporaryDirectory>(
    { describe, test },
    {
      name: sync ? 'sqlite, sync' : 'sqlite',
      capabilities: sqliteCapabilities,
      createLocation: temporaryDirectory,
      open: ({ path }) => SqliteSnapshotStore.open({ path, sync }),
      files: {
        directory: ({ path }) => path,
        openCopy: (path) => SqliteSnapshotStore.open({ path, sync }),
      },
      process: {
        module: new URL(`./programs/open-fold.ts${sync ? '?sync' : ''}`, import.meta.url),
        nodeArguments: sourceArguments,
        path: ({ path }) => path,
      },
      artifacts: {
        backend: { ...sqliteBackend, open: (path) => SqliteSnapshotStore.open({ path, sync }) },
        path: ({ path }) => path,
      },
      largeFold: sync ? undefined : 1_000_000,
      property: propertySettings(process.env),
    },
  );
}
