import { setImmediate } from 'node:timers/promises';
import { type Clock, SlipstreamError, systemClock } from '@slipstream/core';
import { collect, cursorAt, putUpdate, seededRandom } from '@slipstream/core/testing';
import { eventually, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogConfig, LogSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits, commitAt } from './support/history.js';
import { type DiskOperation, type Fault, SimulatedDisk } from './support/simulated-disk.js';

let directory: TemporaryDirectory;
let disk: SimulatedDisk;
beforeEach(async () => {
  directory = await temporaryDirectory();
  disk = new SimulatedDisk();
});
afterEach(() => directory[Symbol.asyncDispose]());

const open = (config: LogConfig = {}, fileSystem = disk) =>
  LogSnapshotStore.open({ path: directory.path, fileSystem, ...config });

/** Fails every operation of these kinds until it is told otherwise. */
function failing(...operations: DiskOperation[]): void {
  disk.fault = (operation) => (operations.includes(operation) ? { code: 'EIO' } : undefined);
}

function working(): void {
  disk.fault = () => undefined;
}

async function expectRefused(commit: Promise<void>): Promise<void> {
  await expect(commit).rejects.toMatchObject({ code: 'STORE_FAILED' });
}

test('a disk that is full after any byte of a commit changes nothing, and the same commit succeeds later', async () => {
  let store = await open();
  await applyCommits(store, 1, 3);
  const { updates, cursor } = commitAt(4);
  const before = disk.bytesOf('.log').length;
  for (let bytesWritten = 0; ; bytesWritten++) {
    let full = true;
    const fault: Fault = { code: 'ENOSPC', bytesWritten };
    disk.fault = (operation) => (operation === 'write' && full ? fault : undefined);
    const refused = await store.apply(updates, cursor).then(
      () => undefined,
      (error: unknown) => error,
    );
    full = false;
    expect(refused).toMatchObject({ code: 'STORE_FAILED', hint: expect.stringContaining('Free space') });
    expect(await assertWholeCommits(store, `${bytesWritten} bytes were written`)).toBe(3);
    expect(disk.bytesOf('.log').length).toBe(before);
    if (bytesWritten > 600) break;
  }
  await store.apply(updates, cursor);
  await store.close();
  store = await open();
  expect(await assertWholeCommits(store, 'reopened')).toBe(4);
  await store.close();
});

test('what a failed commit left and could not be cut off is cut off before anything follows it', async () => {
  const store = await open();
  await applyCommits(store, 1, 3);
  const good = disk.bytesOf('.log').length;
  const { updates, cursor } = commitAt(4);
  disk.fault = (operation) => {
    if (operation === 'write') return { code: 'ENOSPC', bytesWritten: 40 };
    return operation === 'truncate' ? { code: 'EIO' } : undefined;
  };
  await expectRefused(store.apply(updates, cursor));
  expect(disk.bytesOf('.log').length).toBe(good + 40);
  failing('truncate');
  await expectRefused(store.apply(updates, cursor));
  expect(disk.bytesOf('.log').length, 'nothing was appended to the leftover').toBe(good + 40);
  const killed = disk.afterKill();
  working();
  await store.apply(updates, cursor);
  expect(await assertWholeCommits(store, 'in the end')).toBe(4);
  await store.close();
  await using found = await open({}, killed);
  expect(await assertWholeCommits(found, 'killed in between')).toBe(3);
});

test('with sync a commit that cannot be flushed is refused, taken back, and succeeds when repeated', async () => {
  const store = await open({ sync: true });
  await applyCommits(store, 1, 3);
  const good = disk.bytesOf('.log').length;
  failing('synchronize');
  const { updates, cursor } = commitAt(4);
  await expectRefused(store.apply(updates, cursor));
  expect(await assertWholeCommits(store, 'refused')).toBe(3);
  expect(disk.bytesOf('.log').length).toBe(good);
  working();
  await store.apply(updates, cursor);
  expect(await assertWholeCommits(store, 'repeated')).toBe(4);
  await store.close();
});

test('after a flush in the background failed nothing is acknowledged until the log is rewritten', async () => {
  let now = 0;
  const clock: Clock = { ...systemClock, now: () => now };
  const store = await open({ clock });
  await applyCommits(store, 1, 3);
  failing('synchronize');
  now = 5000;
  await applyCommits(store, 4, 4);
  await setImmediate();
  const { updates, cursor } = commitAt(5);
  await expectRefused(store.apply(updates, cursor));
  expect(await assertWholeCommits(store, 'refused')).toBe(4);
  working();
  await store.apply(updates, cursor);
  expect(disk.names, 'a new log in the place of the doubtful one').toEqual(['fold.2.log']);
  expect(await assertWholeCommits(store, 'rewritten')).toBe(5);
  await store.close();
});

test('a log that could not be flushed is not declared safe when it is closed', async () => {
  let now = 0;
  const store = await open({ clock: { ...systemClock, now: () => now } });
  await applyCommits(store, 1, 3);
  failing('synchronize');
  now = 5000;
  await applyCommits(store, 4, 4);
  await setImmediate();
  working();
  const unsealed = disk.bytesOf('.log').length;
  await expect(store.close()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(disk.bytesOf('.log').length).toBe(unsealed);
  await using found = await open();
  expect(await assertWholeCommits(found, 'reopened')).toBe(4);
});

test('a read that the disk refuses fails alone; the same read succeeds later', async () => {
  await using store = await open();
  await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorAt(2));
  failing('read');
  expect(() => store.sync?.get('a')).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  await expect(collect(store.range(''))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  working();
  expect((await store.get('a'))?.version.revision).toBe(1n);
});

test('a compaction that fails at any operation leaves the fold as it was, tells, and a later one succeeds', async () => {
  for (let step = 0; ; step++) {
    disk = new SimulatedDisk();
    const store = await open();
    await applyCommits(store, 1, 30);
    let operations = 0;
    disk.fault = () => (operations++ === step ? { code: 'EIO' } : undefined);
    const failure = await (store.settle as () => Promise<void>)().then(
      () => undefined,
      (error: unknown) => error,
    );
    working();
    if (failure !== undefined)
      expect(failure, `at operation ${step}`).toMatchObject({ code: 'STORE_FAILED' });
    expect(await assertWholeCommits(store, `failed at operation ${step}`)).toBe(30);
    await store.settle?.();
    expect(disk.names, `settled after operation ${step}`).not.toContain('fold.1.log.tmp');
    expect(disk.names, `settled after operation ${step}`).toContain('fold.2.log');
    await applyCommits(store, 31, 40);
    await store.settle?.();
    expect(await assertWholeCommits(store, `settled after operation ${step}`)).toBe(40);
    await store.close();
    const again = await open();
    expect(await assertWholeCommits(again, `reopened after operation ${step}`)).toBe(40);
    await again.close();
    expect(disk.names.length, `files after operation ${step}`).toBe(1);
    if (operations <= step) break;
  }
});

test('a failing compaction in the background is reported once, and tried again when the garbage has doubled', async () => {
  const failures: SlipstreamError[] = [];
  const compaction = {
    minGarbageBytes: 4000,
    garbageRatio: 0,
    onFailure: (error: SlipstreamError) => failures.push(error),
  };
  await using store = await open({ compaction });
  disk.fault = (operation, path) =>
    operation === 'open' && path.endsWith('.tmp') ? { code: 'ENOSPC' } : undefined;
  const value = new Uint8Array(1000);
  for (let revision = 1; revision <= 6; revision++) {
    await store.apply([putUpdate('only', revision, value)], cursorAt(revision));
    await setImmediate();
  }
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ code: 'STORE_FAILED' });
  for (let revision = 7; revision <= 14; revision++) {
    await store.apply([putUpdate('only', revision, value)], cursorAt(revision));
    await setImmediate();
  }
  expect(failures).toHaveLength(2);
  working();
  for (let revision = 15; revision <= 25; revision++) {
    await store.apply([putUpdate('only', revision, value)], cursorAt(revision));
    await setImmediate();
  }
  await eventually(() => !disk.names.includes('fold.1.log') && disk.names.length === 1, {
    what: 'the compaction',
  });
  expect((await store.get('only'))?.version.revision).toBe(25n);
});

test('a directory whose new name could not be synced is synced before the next commit is acknowledged', async () => {
  await using store = await open({ sync: true });
  await applyCommits(store, 1, 5);
  failing('syncDirectory');
  await store.settle?.();
  const { updates, cursor } = commitAt(6);
  await expectRefused(store.apply(updates, cursor));
  expect(disk.names, 'the old log stays as long as it may be found again').toContain('fold.1.log');
  const lost = disk.afterPowerLoss(() => 1);
  working();
  await store.apply(updates, cursor);
  expect(disk.afterPowerLoss(() => 1).names).toContain('fold.2.log');
  await store.close();
  await using found = await open({}, lost);
  expect(await assertWholeCommits(found, 'without the new name')).toBe(5);
});

test('random failures never let a commit through by half, nor lose one', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    disk = new SimulatedDisk();
    const random = seededRandom(seed);
    const sync = random() < 0.5;
    let store = await open({ sync, compaction: { minGarbageBytes: 1500, garbageRatio: 0.3 } });
    disk.fault = () =>
      random() < 0.1 ? { code: 'EIO', bytesWritten: Math.floor(random() * 300) } : undefined;
    for (let number = 1; number <= 60; number++) {
      const { updates, cursor } = commitAt(number);
      for (;;) {
        try {
          await store.apply(updates, cursor);
          break;
        } catch (error) {
          if (!SlipstreamError.is(error, 'STORE_FAILED')) throw error;
        }
      }
      if (number % 3 === 0) await setImmediate();
    }
    working();
    expect(await assertWholeCommits(store, `seed ${seed}`)).toBe(60);
    await store.close();
    store = await open();
    expect(await assertWholeCommits(store, `seed ${seed}, reopened`)).toBe(60);
    await store.close();
  }
});

test.each([
  ['open', 'EACCES', 'INVALID_PATH'],
  ['open', 'EROFS', 'INVALID_PATH'],
  ['list', 'ENOTDIR', 'INVALID_PATH'],
  ['makeDirectory', 'ENOENT', 'INVALID_PATH'],
  ['write', 'ENOSPC', 'STORE_FAILED'],
  ['write', 'EDQUOT', 'STORE_FAILED'],
  ['synchronize', 'EIO', 'STORE_FAILED'],
  ['open', 'EMFILE', 'STORE_FAILED'],
] as const)(
  'an open that fails with %s: %s rejects with %s and leaves the fold unlocked',
  async (at, code, expected) => {
    disk.fault = (operation) => (operation === at ? { code } : undefined);
    await expect(open()).rejects.toMatchObject({ code: expected, cause: expect.objectContaining({ code }) });
    working();
    await using store = await open();
    expect(store.cursor.isNone).toBe(true);
  },
);
