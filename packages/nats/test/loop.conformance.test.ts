import { defineLoopSuite, propertySettings } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { durableFoldsFor } from './support/durable-folds.js';
import { memoryFold } from './support/memory-fold.js';
import { natsHarness } from './support/nats-harness.js';
import { describeOnAnyServers } from './support/server-series.js';

describeOnAnyServers('the loop over NATS', (server) => {
  const source = natsHarness(server);
  for (const fold of [memoryFold, ...durableFoldsFor(server.series)]) {
    const name = `nats-server ${server.series} to ${fold.name}`;
    defineLoopSuite({ describe, test }, { name, source, fold, property: propertySettings(process.env) });
  }
});
