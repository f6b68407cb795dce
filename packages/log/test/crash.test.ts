import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogSnapshotStore } from '../src/index.js';
import { assertWholeCommits } from './support/history.js';
import { startProgram } from './support/run-program.js';

const ROUNDS = Number(process.env['SLIPSTREAM_CRASH_ROUNDS'] ?? 8);
const SEED = Number(process.env['SLIPSTREAM_SEED'] ?? 1);
const LARGEST_VALUE = 20_000;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

test('killed at any instant of commits and compactions, the fold has every acknowledged commit, whole', async () => {
  const random = seededRandom(SEED);
  let before = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const child = startProgram('commit-forever.ts', directory.path);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    let acknowledged = before;
    const enough = 1 + Math.floor(random() * 40);
    let kill = (): void => undefined;
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    lines.on('line', (line) => {
      acknowledged = Number(line);
      // Some microseconds more or less, so that the signal meets every part of a commit and a compaction.
      if (acknowledged === before + enough) setTimeout(kill, random() * 5);
    });
    await killed;
    child.kill('SIGKILL');
    await once(child, 'close');
    await using store = await LogSnapshotStore.open(directory);
    const commits = await assertWholeCommits(store, `after kill ${round} (seed ${SEED})`, LARGEST_VALUE);
    expect(commits).toBeGreaterThanOrEqual(acknowledged);
    expect(commits).toBeLessThanOrEqual(acknowledged + 1);
    before = commits;
  }
  expect(await readdir(directory.path)).toHaveLength(1);
}, 120_000);
