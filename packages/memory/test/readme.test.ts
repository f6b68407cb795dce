import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';

const directory = fileURLToPath(new URL('..', import.meta.url));

const documents = ['README.md', '../../docs/simulation.md', '../../docs/scrub.md'];

describe.each(documents)('%s', (document) => {
  for (const block of readmeBlocks(directory, document)) {
    test(`the code at line ${block.line} runs, and prints what it says`, () =>
      runReadmeBlock(block, { directory }));
  }
});
