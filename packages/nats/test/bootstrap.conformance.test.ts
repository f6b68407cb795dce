import { defineBootstrapSuite, propertySettings } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { durableFoldsFor } from './support/durable-folds.js';
import { memoryFold } from './support/memory-fold.js';
import { natsHarness } from './support/nats-harness.js';
import { describeOnAnyServers } from './support/server-series.js';

const property = propertySettings(process.env);

describeOnAnyServers('bootstrap over NATS', (server) => {
  const { series } = server;
  const source = natsHarness(server);
  const folds = durableFoldsFor(series);
  for (const [index, fold] of folds.entries()) {
    const otherFold = folds[index + 1] ?? memoryFold;
    const name = `nats-server ${series} to ${fold.name} and ${otherFold.name} folds`;
    defineBootstrapSuite({ describe, test }, { name, source, fold, otherFold, property });
  }
  const [log] = folds;
  const name = `nats-server ${series} to memory and ${log.name} folds`;
  defineBootstrapSuite({ describe, test }, { name, source, fold: memoryFold, otherFold: log, property });
});
