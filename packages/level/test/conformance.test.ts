import { readdir } from 'node:fs/promises';
import {
  defineSnapshotStoreSuite,
  propertySettings,
  type TemporaryDirectory,
  temporaryDirectory,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { sourceArguments } from '../../../tooling/test/start-program.js';
import { LevelSnapshotStore, levelBackend, levelCapabilities } from '../src/index.js';

for (const sync of [false, true]) {
  defineSnapshotStoreSuite<TemporaryDirectory>(
    { describe, test },
    {
      name: sync ? 'level, sync' : 'level',
      capabilities: levelCapabilities,
      createLocation: temporaryDirectory,
      open: ({ path }) => LevelSnapshotStore.open({ path, sync }),
      files: {
        directory: ({ path }) => path,
        openCopy: (path) => LevelSnapshotStore.open({ path, sync }),
        // LevelDB begins a log at every open, numbered on.
        async tail(directory) {
          const names = await readdir(directory);
          return (
            names
              .filter((name) => name.endsWith('.log'))
              .sort()
              .at(-1) ?? ''
          );
        },
      },
      process: {
        module: new URL(`./programs/open-fold.ts${sync ? '?sync' : ''}`, import.meta.url),
        nodeArguments: sourceArguments,
        path: ({ path }) => path,
      },
      artifacts: {
        backend: { ...levelBackend, open: (path) => LevelSnapshotStore.open({ path, sync }) },
        path: ({ path }) => path,
      },
      largeFold: sync ? undefined : 1_000_000,
      property: propertySettings(process.env),
    },
  );
}
