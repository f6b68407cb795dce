import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { startProgram } from '../../../tooling/test/start-program.js';
import { eventually, temporaryDirectory } from '../src/index.js';

test('disposing removes the directory and what was made beside it', async () => {
  const { path, [Symbol.asyncDispose]: dispose } = await temporaryDirectory();
  writeFileSync(join(path, 'file'), '');
  writeFileSync(join(dirname(path), 'beside'), '');
  await dispose();
  expect(existsSync(dirname(path))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'when the process is ended by %s, its directories go, the ones made again after disposal included',
  async (signal) => {
    const child = startProgram(new URL('fixtures/hold-directories.ts', import.meta.url));
    const [line] = (await once(createInterface(child.stdout as Readable), 'line')) as [string];
    const parents = (JSON.parse(line) as string[]).map((path) => dirname(path));
    expect(parents.map((path) => existsSync(path))).toEqual([true, true]);
    child.kill(signal);
    await eventually(() => !parents.some((path) => existsSync(path)), { what: 'the directories to go' });
  },
);
