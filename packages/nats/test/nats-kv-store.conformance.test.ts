import { defineKvStoreSuite } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { natsHarness } from './support/nats-harness.js';
import { describeOnServers } from './support/server-series.js';

describeOnServers('NatsKvStore', (server) => {
  defineKvStoreSuite({ describe, test }, natsHarness(server));
});
