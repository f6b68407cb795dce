import { readdir } from 'node:fs/promises';
import {
  defineSnapshotStoreSuite,
  propertySettings,
  type TemporaryDirectory,
  temporaryDirectory,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { sourceArguments } from '../../../tooling/test/start-program.js';
import { LogSnapshotStore, logBackend, logCapabilities } from '../src/index.js';

for (const sync of [false, true]) {
  defineSnapshotStoreSuite<TemporaryDirectory>(
    { describe, test },
    {
      name: sync ? 'log, sync' : 'log',
      capabilities: logCapabilities,
      createLocation: temporaryDirectory,
      open: ({ path }) => LogSnapshotStore.open({ path, sync }),
      files: {
        directory: ({ path }) => path,
        openCopy: (path) => LogSnapshotStore.open({ path, sync }),
        async tail(directory) {
          const names = await readdir(directory);
          return names.find((name) => name.endsWith('.log')) ?? '';
        },
      },
      process: {
        module: new URL(`./programs/open-fold.ts${sync ? '?sync' : ''}`, import.meta.url),
        nodeArguments: sourceArguments,
        path: ({ path }) => path,
      },
      artifacts: {
        backend: { ...logBackend, open: (path) => LogSnapshotStore.open({ path, sync }) },
        path: ({ path }) => path,
      },
      largeFold: sync ? undefined : 1_000_000,
      property: propertySettings(process.env),
    },
  );
}
