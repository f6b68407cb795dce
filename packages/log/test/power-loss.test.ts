import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '@slipstream/core';
import { seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LogSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits, commitAt, commitsAt } from './support/history.js';
import { SimulatedDisk } from './support/simulated-disk.js';

const SEEDS = Number(process.env['SLIPSTREAM_POWER_LOSSES'] ?? 150);

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

// So small that a few commits make a compaction due.
const compaction = { minGarbageBytes: 2000, garbageRatio: 0.5 };
// Advances with every look, so that flushes in the background come due.
const clock: Clock = { ...systemClock, now: () => (time += 40) };
let time = 0;

// Of what a power loss decides at random.
const all = () => 0;
const nothing = () => 1;

const open = (fileSystem: SimulatedDisk, sync: boolean) =>
  LogSnapshotStore.open({ path: directory.path, fileSystem, sync, compaction, clock });

/** Commits until the disk has done this many operations and then fails for good; returns what was acknowledged. */
async function commitUntilFailure(disk: SimulatedDisk, sync: boolean, operations: number): Promise<number> {
  let left = operations;
  let acknowledged = 0;
  disk.fault = () => (left-- > 0 ? undefined : { code: 'EIO' });
  try {
    const store = await open(disk, sync);
    try {
      for (let number = 1; ; number++) {
        const { updates, cursor } = commitAt(number);
        await store.apply(updates, cursor);
        acknowledged = number;
        // A simulated disk never makes anybody wait; a compaction needs a turn of the event loop.
        if (number % 2 === 0) await setImmediate();
      }
    } finally {
      await store.close();
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
  }
  return acknowledged;
}

describe.each([true, false])('sync: %s', (sync) => {
  const what = sync
    ? 'exactly the commits that were acknowledged, and at most the next'
    : 'a prefix of whole commits';
  test(`a power loss at any operation leaves ${what}`, async () => {
    let compacted = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seededRandom(seed);
      const disk = new SimulatedDisk();
      const acknowledged = await commitUntilFailure(disk, sync, Math.floor(random() * 400));
      const found = disk.afterPowerLoss(random);
      if (!found.names.includes('fold.1.log')) compacted += 1;
      const store = await open(found, sync);
      const commits = await assertWholeCommits(store, `seed ${seed}`);
      if (sync) expect(commits, `seed ${seed}`).toBeGreaterThanOrEqual(acknowledged);
      expect(commits, `seed ${seed}`).toBeLessThanOrEqual(acknowledged + 1);
      await applyCommits(store, commits + 1, commits + 5);
      await store.close();
      await using again = await open(found, sync);
      expect(await assertWholeCommits(again, `seed ${seed}, reopened`)).toBe(commits + 5);
    }
    expect(compacted, 'power losses after a compaction').toBeGreaterThan(SEEDS / 10);
  });

  const kept = sync ? 'everything that the next one found' : 'everything that was flushed before';
  test(`a power loss after a process died and another took over leaves ${kept}`, async () => {
    const commitsOf = async (disk: SimulatedDisk, what: string): Promise<number> => {
      await using store = await open(disk, sync);
      return await assertWholeCommits(store, what);
    };
    for (let operations = 0; operations < 250; operations++) {
      const disk = new SimulatedDisk();
      await commitUntilFailure(disk, sync, operations);
      const takenOver = disk.afterKill();
      const store = await open(takenOver, sync);
      const found = commitsAt(store.cursor);
      const lost = [all, nothing, seededRandom(operations)].map((random) => takenOver.afterPowerLoss(random));
      await store.close();
      const least = sync ? found : await commitsOf(disk.afterPowerLoss(nothing), 'what was flushed before');
      for (const each of lost) {
        const commits = await commitsOf(each, `taken over after ${operations} operations`);
        expect(commits, `after ${operations} operations`).toBeGreaterThanOrEqual(least);
        expect(commits, `after ${operations} operations`).toBeLessThanOrEqual(found);
      }
    }
  });

  test('a process that dies at any operation leaves every commit that was acknowledged', async () => {
    for (let operations = 0; operations < 250; operations++) {
      const disk = new SimulatedDisk();
      const acknowledged = await commitUntilFailure(disk, sync, operations);
      await using store = await open(disk.afterKill(), sync);
      const commits = await assertWholeCommits(store, `after ${operations} operations`);
      expect([acknowledged, acknowledged + 1]).toContain(commits);
    }
  });
});

test('commits are flushed about once a second, also when the clock is set back', async () => {
  for (const [before, after] of [
    [0, 1000],
    [3_600_000, 0],
  ] as const) {
    let now: number = before;
    const disk = new SimulatedDisk();
    const fileSystem = { fileSystem: disk, clock: { ...systemClock, now: () => now } };
    const store = await LogSnapshotStore.open({ path: directory.path, ...fileSystem });
    await applyCommits(store, 1, 2);
    now = after;
    await applyCommits(store, 3, 3);
    await setImmediate();
    const lost = disk.afterPowerLoss(nothing);
    await store.close();
    await using found = await open(lost, false);
    expect(await assertWholeCommits(found, `from ${before} to ${after}`)).toBe(3);
  }
});
