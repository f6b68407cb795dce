import { defineBootstrapSuite, propertySettings } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { memoryFold } from '../../memory/test/memory-harnesses.js';
import { durableFolds } from './support/durable-folds.js';
import { natsHarness } from './support/nats-harness.js';
import { describeOnServers } from './support/server-series.js';

const property = propertySettings(process.env);

describeOnServers('bootstrap over NATS', (server) => {
  const { series } = server;
  const source = natsHarness(server);
  // What differs between the series is the source: one engine tells as much as all of them.
  const folds = series === '2.10' ? durableFolds.slice(0, 1) : durableFolds;
  for (const [index, fold] of folds.entries()) {
    const otherFold = folds[index + 1] ?? memoryFold;
    const name = `nats-server ${series} to ${fold.name} and ${otherFold.name} folds`;
    defineBootstrapSuite({ describe, test }, { name, source, fold, otherFold, property });
  }
  const [log] = durableFolds;
  const name = `nats-server ${series} to memory and ${log.name} folds`;
  defineBootstrapSuite({ describe, test }, { name, source, fold: memoryFold, otherFold: log, property });
});
