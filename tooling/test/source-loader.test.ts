import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const LOADER = new URL('source-loader.mjs', import.meta.url).href;
const child = (name: string) => fileURLToPath(new URL(`fixtures/source-loader/${name}`, import.meta.url));
const flags = ['--conditions=@slipstream/source', '--import', LOADER];

test('a child process runs TypeScript source whose imports name the .js of the build', async () => {
  const { stdout } = await run(process.execPath, [...flags, child('child.ts')]);
  expect(stdout).toBe('from source');
});

test('an import that has neither a .js nor a .ts fails with the name of the file', async () => {
  await expect(run(process.execPath, [...flags, child('broken-child.ts')])).rejects.toThrow('nowhere');
});
