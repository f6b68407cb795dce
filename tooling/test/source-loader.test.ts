import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const LOADER = new URL('source-loader.mjs', import.meta.url).href;

const run = (file: string) =>
  promisify(execFile)(process.execPath, ['--conditions=@slipstream/source', '--import', LOADER, file]);

test('a child process runs TypeScript source whose imports name the .js of the build', async () => {
  const { stdout } = await run(join(import.meta.dirname, 'fixtures/source-loader/child.ts'));
  expect(stdout).toBe('from source');
});

test('an import that has neither a .js nor a .ts fails with the name of the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipstream-loader-'));
  try {
    await writeFile(join(folder, 'child.mts'), "import './nowhere.js';");
    await expect(run(join(folder, 'child.mts'))).rejects.toThrow('nowhere');
  } finally {
    await rm(folder, { recursive: true });
  }
});
