import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@slipstream/test-kit';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { test } from 'vitest';
import { readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';
import { describeOnServers } from './support/server-series.js';

const directory = fileURLToPath(new URL('..', import.meta.url));

describeOnServers('the README', ({ source }) => {
  for (const block of readmeBlocks(directory)) {
    test(`the code at line ${block.line} runs, and prints what it says`, async () => {
      await using server = await startNatsServer({ source });
      await using folder = await temporaryDirectory();
      await runReadmeBlock(block, { directory, given: { servers: server.url, path: folder.path } });
    });
  }
});
