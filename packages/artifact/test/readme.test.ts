import { fileURLToPath } from 'node:url';
import { cursorAt, openScratchFold, putUpdate, ScriptedSource } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import { readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';
import { fileBackend } from './fixtures/file-fold.js';
import { temporaryDirectory } from './fixtures/temporary-directory.js';

const directory = fileURLToPath(new URL('..', import.meta.url));
const blocks = readmeBlocks(directory);

test('the README has the three examples that are run', () => {
  expect(blocks).toHaveLength(3);
});

test.each(blocks)('the code at README.md:$line runs, and prints what it says', async (block) => {
  const place = await temporaryDirectory();
  const three = [putUpdate('a', 1), putUpdate('b', 2), putUpdate('c', 3)];
  const source = new ScriptedSource({
    onAttach: (watch) => watch.deliver(watch.resume === undefined ? three : []),
  });
  if (block !== blocks[0]) {
    await using store = await fileBackend.open(`${place}/node-a`);
    await store.apply(three, cursorAt(3));
  }
  const memoryFold = await openScratchFold();
  const given = { source, place, backend: fileBackend, otherBackend: fileBackend, memoryFold };
  await runReadmeBlock(block, { directory, given });
});
