import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';

const directory = fileURLToPath(new URL('..', import.meta.url));

describe('the README', () => {
  for (const block of readmeBlocks(directory)) {
    test(`the code at line ${block.line} runs, and prints what it says`, () =>
      runReadmeBlock(block, { directory }));
  }
});
