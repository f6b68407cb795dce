import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataDirectoryProblem } from './data-directory.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipstream-demo-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder that is empty or not there can be used', async () => {
  expect(await dataDirectoryProblem(folder)).toBeUndefined();
  expect(await dataDirectoryProblem(join(folder, 'new'))).toBeUndefined();
});

test('a folder with something in it is refused, and so is a file', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect(await dataDirectoryProblem(folder)).toBe(`--data is ${folder}, which is not empty`);
  expect(await dataDirectoryProblem(file)).toContain('is not a folder (ENOTDIR)');
});
