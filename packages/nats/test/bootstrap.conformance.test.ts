import { LogSnapshotStore, logBackend, logCapabilities } from '@slipstream/log';
import { MemorySnapshotStore, memoryCapabilities } from '@slipstream/memory';
import {
  defineBootstrapSuite,
  noLocation,
  propertySettings,
  type SnapshotStoreHarness,
  type TemporaryDirectory,
  temporaryDirectory,
} from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { natsHarness } from './support/nats-harness.js';
import { describeOnServers } from './support/server-series.js';

const logFold: SnapshotStoreHarness<TemporaryDirectory> = {
  name: 'log',
  capabilities: logCapabilities,
  createLocation: temporaryDirectory,
  open: ({ path }) => LogSnapshotStore.open({ path }),
  artifacts: { backend: logBackend, path: ({ path }) => path },
};

const memoryFold: SnapshotStoreHarness = {
  name: 'memory',
  capabilities: memoryCapabilities,
  createLocation: noLocation,
  open: () => MemorySnapshotStore.open(),
};

describeOnServers('bootstrap over NATS', (server) => {
  defineBootstrapSuite(
    { describe, test },
    {
      name: `nats-server ${server.series} to log and memory folds`,
      source: natsHarness(server),
      fold: logFold,
      otherFold: memoryFold,
      property: propertySettings(process.env),
    },
  );
});
