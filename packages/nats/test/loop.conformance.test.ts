import { MemorySnapshotStore, memoryCapabilities } from '@slipstream/memory';
import { defineLoopSuite, noLocation, type SnapshotStoreHarness } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { natsHarness } from './support/nats-harness.js';
import { describeOnServers } from './support/server-series.js';

const memoryFold: SnapshotStoreHarness = {
  name: 'memory',
  capabilities: memoryCapabilities,
  createLocation: noLocation,
  open: () => MemorySnapshotStore.open(),
};

describeOnServers('the loop over NATS', (server) => {
  defineLoopSuite(
    { describe, test },
    { name: `nats-server ${server.series} to memory`, source: natsHarness(server), fold: memoryFold },
  );
});
