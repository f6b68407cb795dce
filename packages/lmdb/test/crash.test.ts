import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { collect, seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProgram } from '../../../tooling/test/start-program.js';
import { LmdbSnapshotStore } from '../src/index.js';

const ROUNDS = Number(process.env['SLIPSTREAM_CRASH_ROUNDS'] ?? 8);
const SEED = Number(process.env['SLIPSTREAM_SEED'] ?? 1);
const PROGRAM = new URL('./programs/commit-forever.ts', import.meta.url);
/** Far past what is handed to the engine at once. */
const KEYS = 20_000;
/** Longer than a commit takes, so that the signal meets every part of one. */
const LONGEST_DELAY_MS = 200;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

test('killed at any instant of long commits, the fold is one of them, whole, and none that was acknowledged is lost', async () => {
  const random = seededRandom(SEED);
  let before = 0n;
  for (let round = 1; round <= ROUNDS; round++) {
    const child = startProgram(PROGRAM, [directory.path, String(KEYS)]);
    let acknowledged = before;
    const lines = createInterface({ input: child.stdout as Readable });
    lines.on('line', (line) => {
      acknowledged = BigInt(line);
    });
    await once(lines, 'line');
    await setTimeout(random() * LONGEST_DELAY_MS);
    child.kill('SIGKILL');
    await once(child, 'close');
    await using store = await LmdbSnapshotStore.open(directory);
    const { revision = 0n } = store.cursor;
    expect(revision).toBeGreaterThanOrEqual(acknowledged);
    expect(revision).toBeLessThanOrEqual(acknowledged + 1n);
    const entries = await collect(store.range(''));
    expect(entries).toHaveLength(KEYS);
    expect(new Set(entries.map(({ version }) => version.revision))).toEqual(new Set([revision]));
    before = revision;
  }
}, 120_000);
