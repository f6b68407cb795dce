import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolder } from './atomic-folder.mjs';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'slipstream-folder-'));
});

afterEach(() => rmSync(parent, { recursive: true }));

test('a folder is there with all that was put into it', async () => {
  await createFolder(join(parent, 'deep/home'), async (folder) => writeFileSync(join(folder, 'file'), ''));
  expect(readdirSync(join(parent, 'deep/home'))).toEqual(['file']);
});

test('a folder that could not be filled is not there', async () => {
  const failed = createFolder(join(parent, 'home'), async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    throw new Error('the line is dead');
  });
  await expect(failed).rejects.toThrow('the line is dead');
  expect(readdirSync(parent)).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('of a run that %s ends, nothing is left', async (signal) => {
  const script = `
    import { createFolder } from ${JSON.stringify(new URL('atomic-folder.mjs', import.meta.url).href)};
    await createFolder(${JSON.stringify(join(parent, 'home'))}, () => {
      console.log('at work');
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.kill(signal));
  expect(await once(child, 'close')).toEqual([128 + constants.signals[signal], null]);
  expect(readdirSync(parent)).toEqual([]);
});

test('a folder that is there is left alone', async () => {
  mkdirSync(join(parent, 'home'));
  await createFolder(join(parent, 'home'), () => Promise.reject(new Error('must not be called')));
});

test('of several runs at once, the first wins and the others are content', async () => {
  const fill = async (folder: string) => writeFileSync(join(folder, 'file'), '');
  await Promise.all([1, 2, 3].map(() => createFolder(join(parent, 'home'), fill)));
  expect(readdirSync(parent)).toEqual(['home']);
});

test('what a killed run left is removed, what another run is at is not', async () => {
  for (const name of ['tmp-killed', 'tmp-at-work']) mkdirSync(join(parent, name));
  const longAgo = Date.now() / 1000 - 2 * 60 * 60;
  utimesSync(join(parent, 'tmp-killed'), longAgo, longAgo);
  await createFolder(join(parent, 'home'), async () => {});
  expect(readdirSync(parent)).toEqual(['home', 'tmp-at-work']);
});
