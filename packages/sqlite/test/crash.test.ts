import { once } from 'node:events';
import { cp, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProgram } from '../../../tooling/test/start-program.js';
import { SqliteSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/history.js';

const ROUNDS = Number(process.env['SLIPSTREAM_CRASH_ROUNDS'] ?? 6);
const SEED = Number(process.env['SLIPSTREAM_TEST_SEED'] ?? 1);
const MIB = 1024 * 1024;
const PROGRAM = new URL('./programs/commit-forever.ts', import.meta.url);

let directory: TemporaryDirectory;
let random: () => number;
beforeEach(async () => {
  directory = await temporaryDirectory();
  let state = SEED >>> 0;
  random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Kills a process that commits, some microseconds after its commit `number`; returns the last one it reported. */
async function killAfter(number: number, valueBytes: number, walLimitBytes: number): Promise<number> {
  const child = startProgram(PROGRAM, [directory.path, String(valueBytes), String(walLimitBytes)]);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  let acknowledged = 0;
  lines.on('line', (line) => {
    acknowledged = Number(line);
    if (acknowledged === number) setTimeout(() => child.kill('SIGKILL'), random() * 5);
  });
  await once(child, 'close');
  return acknowledged;
}

test('killed during a checkpoint of the log, the fold has every acknowledged commit, whole', async () => {
  const valueBytes = 50_000;
  let before = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    // The log is due every other commit.
    const acknowledged = await killAfter(before + 1 + Math.floor(random() * 20), valueBytes, 2 * MIB);
    await using store = await SqliteSnapshotStore.open(directory);
    const commits = await assertWholeCommits(store, `after kill ${round} (seed ${SEED})`, valueBytes);
    expect(commits).toBeGreaterThanOrEqual(acknowledged);
    expect(commits).toBeLessThanOrEqual(acknowledged + 1);
    before = commits;
  }
}, 120_000);

/** A fold whose last commits are in the write-ahead log only, as a killed process leaves it. */
async function foldWithLog(commits: number): Promise<{ fold: string; log: Buffer }> {
  const fold = join(directory.path, 'fold');
  const live = join(directory.path, 'live');
  await using store = await SqliteSnapshotStore.open({ path: live });
  await applyCommits(store, 1, commits, 100);
  await cp(live, fold, { recursive: true });
  return { fold, log: await readFile(join(fold, 'fold.sqlite-wal')) };
}

/** How many commits a copy of the fold opens at, with this as its write-ahead log. */
async function commitsWith(fold: string, log: Uint8Array, what: string): Promise<number> {
  const path = join(directory.path, 'copy');
  await cp(fold, path, { recursive: true, force: true });
  await writeFile(join(path, 'fold.sqlite-wal'), log);
  await using store = await SqliteSnapshotStore.open({ path });
  return await assertWholeCommits(store, what, 100);
}

test('truncated anywhere, the write-ahead log opens at a whole commit', async () => {
  const { fold, log } = await foldWithLog(12);
  let last = 12;
  const stride = 997;
  for (let length = log.length; length > 0; length -= stride) {
    const commits = await commitsWith(fold, log.subarray(0, length), `cut to ${length} bytes`);
    expect(commits).toBeLessThanOrEqual(last);
    last = commits;
  }
  expect(last, 'cut before the first commit').toBe(0);
}, 60_000);

test('a flipped bit in the write-ahead log drops the commits from there on, and is never served', async () => {
  const { fold, log } = await foldWithLog(12);
  const lost = new Set<number>();
  for (let flip = 0; flip < 60; flip++) {
    const at = Math.floor(random() * log.length);
    const damaged = Buffer.from(log);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    lost.add(12 - (await commitsWith(fold, damaged, `byte ${at} flipped (seed ${SEED})`)));
  }
  expect(lost.size).toBeGreaterThan(3);
}, 60_000);

test('a truncated database is CORRUPTED, and stays as it is', async () => {
  const path = directory.path;
  const store = await SqliteSnapshotStore.open({ path });
  await applyCommits(store, 1, 20, 2000);
  await store.close();
  const file = join(path, 'fold.sqlite');
  const { size } = await stat(file);
  for (const length of [0, 50, 4096, size - 4096]) {
    await truncate(file, length);
    const damaged = await readFile(file);
    await expect(SqliteSnapshotStore.open({ path }), `cut to ${length} bytes`).rejects.toMatchObject({
      code: 'CORRUPTED',
      hint: expect.stringContaining('Remove the directory'),
    });
    expect(await readFile(file)).toEqual(damaged);
    await writeFile(file, Buffer.concat([damaged, Buffer.alloc(size - length)]));
  }
});
