import { fileURLToPath } from 'node:url';
import type { StandardSchema } from '@slipstream/core';
import { temporaryDirectory } from '@slipstream/test-kit';
import { resolveNatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { describe, expect, test } from 'vitest';
import { type ReadmeBlock, readmeBlocks, runReadmeBlock } from '../../../tooling/test/readme.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The code of documents runs where every package can be imported. */
const here = fileURLToPath(new URL('..', import.meta.url));

function schemaOf<Output>(fits: (value: object) => boolean): StandardSchema<Output> {
  return {
    '~standard': {
      version: 1,
      vendor: 'documents',
      validate: (value) =>
        typeof value === 'object' && value !== null && fits(value)
          ? { value: value as Output }
          : { issues: [{ message: 'it does not fit' }] },
    },
  };
}

const routeSchema = schemaOf<{ target: string }>((value) => 'target' in value);
const flagSchema = schemaOf<{ on: boolean }>((value) => 'on' in value);

async function run(block: ReadmeBlock): Promise<void> {
  await using folder = await temporaryDirectory();
  await using server = block.tag === 'nats' ? await startNatsServer() : undefined;
  const code = block.code.replace(/'\.\/([\w-]+)'/g, (_, name: string) => `'${folder.path}/${name}'`);
  const given = { routeSchema, flagSchema, url: server?.url };
  await runReadmeBlock({ ...block, code }, { directory: here, given });
}

describe.each(['README.md', 'packages/core/README.md', 'docs/errors.md'])('the code of %s', (document) => {
  const blocks = readmeBlocks(root, document);

  test('is there', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  for (const block of blocks) {
    const isMissing = block.tag === 'nats' && resolveNatsServer().kind === 'none';
    test.skipIf(isMissing)(`runs, and prints what it says (line ${block.line})`, () => run(block));
  }
});
