import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';

const directory = fileURLToPath(new URL('..', import.meta.url));

describe('the README', () => {
  for (const block of readmeBlocks(directory)) {
    test(`the code at line ${block.line} runs, and prints what it says`, async () => {
      await using place = await temporaryDirectory();
      await runReadmeBlock(block, { directory, given: { path: join(place.path, 'fold') } });
    });
  }
});
