import { defineKvStoreSuite } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { natsHarness } from './support/nats-harness.js';
import { describeOnAnyServers } from './support/server-series.js';

describeOnAnyServers('NatsKvStore', (server) => {
  describe.each(['direct', 'client'] as const)('with the %s wire', (wire) => {
    defineKvStoreSuite({ describe, test }, natsHarness(server, wire));
  });
});
