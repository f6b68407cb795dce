import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { temporaryDirectory } from '../../packages/test-kit/src/index.js';
import { readmeBlocks, runReadmeBlock } from './readme.js';

/** Declares a test for each block of code in the README of the package at `url`, a fold: `path` is given, where it may be. */
export function defineFoldReadme(url: URL): void {
  const directory = fileURLToPath(url);
  describe('the README', () => {
    for (const block of readmeBlocks(directory)) {
      test(`the code at line ${block.line} runs, and prints what it says`, async () => {
        await using place = await temporaryDirectory();
        await runReadmeBlock(block, { directory, given: { path: join(place.path, 'fold') } });
      });
    }
  });
}
