import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';
import { resolveNatsServer } from '../src/nats/index.js';
import { open as openMyFold } from './fixtures/journal-fold.js';
import { referenceHarness } from './fixtures/reference-harness.js';

const directory = fileURLToPath(new URL('..', import.meta.url));
const { createBucket: createMyBucket, openHandle: openMyBucket } = referenceHarness;
const surroundings = { directory, given: { openMyFold, createMyBucket, openMyBucket } };
const blocks = readmeBlocks(directory);

// Code that declares suites does so here, as in a test file: its cases are tests of this one.
for (const block of blocks.filter(({ tag }) => tag === 'suite')) {
  describe(`the suite at line ${block.line} of the README`, () => runReadmeBlock(block, surroundings));
}

describe('the README', () => {
  const { kind } = resolveNatsServer();
  for (const block of blocks.filter(({ tag }) => tag !== 'suite')) {
    // A server that runs elsewhere must not be killed by a test.
    const runnable = block.tag !== 'server' || (kind !== 'none' && kind !== 'url');
    test.skipIf(!runnable)(`the code at line ${block.line} runs, and prints what it says`, () =>
      runReadmeBlock(block, surroundings),
    );
  }
});
