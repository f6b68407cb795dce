import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReadmeBlock, readmeBlocks, runReadmeBlock } from './readme.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipstream-readme-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(...lines: string[]): void {
  writeFileSync(join(directory, 'README.md'), lines.join('\n'));
}

function onlyBlock(): ReadmeBlock {
  const [block, ...more] = readmeBlocks(directory);
  if (block === undefined || more.length > 0) throw new Error('not exactly one block');
  return block;
}

describe('the code of a README', () => {
  test('is its blocks of TypeScript, with their lines and tags', () => {
    write('# Title', '```ts', 'one;', '```', '```sh', 'two', '```', '```ts nats', 'three;', '```', '');
    expect(readmeBlocks(directory)).toEqual([
      { line: 2, tag: '', code: 'one;\n' },
      { line: 8, tag: 'nats', code: 'three;\n' },
    ]);
  });

  test('runs with what it is given, and prints what it says it prints', async () => {
    write(
      '```ts',
      'const sum: number = given + 1;',
      'console.log("noise");',
      'console.log({ sum }); // { sum: 3 }',
      '```',
    );
    await runReadmeBlock(onlyBlock(), { directory, given: { given: 2 } });
    expect(readdirSync(directory)).toEqual(['README.md']);
  });

  test('fails when it prints something else, or throws', async () => {
    write('```ts', 'console.log(1); // 2', '```');
    await expect(runReadmeBlock(onlyBlock(), { directory })).rejects.toThrow('README.md:1 should print "2"');
    write('```ts', 'throw new Error("broken");', '```');
    await expect(runReadmeBlock(onlyBlock(), { directory })).rejects.toThrow('broken');
    expect(readdirSync(directory)).toEqual(['README.md']);
  });
});
