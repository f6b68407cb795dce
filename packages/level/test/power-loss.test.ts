import { readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LevelSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/commits.js';
import { contentsOf, logOf } from './support/files.js';

const COMMITS = 40;
/** Longer than LevelDB's blocks put together: the log is damaged in one block, and goes on in others. */
const LARGE = 'x'.repeat(9_000);

let directory: TemporaryDirectory;
let path: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  ({ path } = directory);
});
afterEach(() => directory[Symbol.asyncDispose]());

async function closedFold(sync: boolean, value?: string): Promise<string> {
  const store = await LevelSnapshotStore.open({ path, sync });
  await applyCommits(store, 1, COMMITS, value);
  await store.close();
  return logOf(path);
}

async function overwrite(file: string, at: number, bytes: Uint8Array): Promise<void> {
  const contents = await readFile(file);
  contents.set(bytes, at);
  await writeFile(file, contents);
}

/** Reopens what is left and commits to it; returns how many commits were left. */
async function survivors(): Promise<number> {
  const store = await LevelSnapshotStore.open({ path });
  const commits = await assertWholeCommits(store);
  await applyCommits(store, commits + 1, commits + 3);
  await store.close();
  await using again = await LevelSnapshotStore.open({ path });
  expect(await assertWholeCommits(again)).toBe(commits + 3);
  return commits;
}

describe('of commits that were not flushed', () => {
  test('those after a page that never reached the disk are dropped with it, and the fold carries on', async () => {
    const log = await closedFold(false, LARGE);
    const { length } = await readFile(log);
    const page = 4096 * Math.floor(length / 2 / 4096);
    await overwrite(log, page, new Uint8Array(4096));
    const commits = await survivors();
    expect(commits).toBeGreaterThan(COMMITS / 4);
    expect(commits).toBeLessThan((COMMITS * 3) / 4);
  });

  test('those of a newer log are dropped when the older one lost its end', async () => {
    const log = await closedFold(false);
    const contents = await readFile(log);
    const split = recordAt(contents, contents.indexOf('own.000020'));
    await writeFile(join(dirname(log), '000099.log'), contents.subarray(split));
    await truncate(log, split - 5);
    expect(await survivors()).toBe(18);
  });

  test('those of a newer log are dropped when nothing is left of the older one', async () => {
    // What the creation wrote, and flushed, is in a table then.
    await (await LevelSnapshotStore.open({ path })).close();
    const log = await closedFold(false);
    const contents = await readFile(log);
    await writeFile(
      join(dirname(log), '000099.log'),
      contents.subarray(recordAt(contents, contents.indexOf('own.000020'))),
    );
    await truncate(log, 0);
    expect(await survivors()).toBe(0);
  });

  test('those after an empty log are dropped, whatever their numbers: LevelDB leaves no log empty', async () => {
    await (await LevelSnapshotStore.open({ path })).close();
    const log = await closedFold(false);
    await writeFile(join(dirname(log), '000099.log'), await readFile(log));
    await truncate(log, 0);
    expect(await survivors()).toBe(0);
  });

  test('all are kept when a newer log follows a complete older one', async () => {
    const log = await closedFold(false);
    const contents = await readFile(log);
    const split = recordAt(contents, contents.indexOf('own.000020'));
    await writeFile(join(dirname(log), '000099.log'), contents.subarray(split));
    await truncate(log, split);
    expect(await survivors()).toBe(COMMITS);
  });
});

describe('of commits that were flushed', () => {
  test('a damaged one is CORRUPTED, and nothing is touched', async () => {
    const log = await closedFold(true);
    const { length } = await readFile(log);
    await overwrite(log, Math.floor(length / 2), Uint8Array.of(0xff, 0xfe));
    const before = await contentsOf(path);
    await expect(LevelSnapshotStore.open({ path })).rejects.toMatchObject({ code: 'CORRUPTED' });
    expect(await contentsOf(path)).toEqual(before);
  });

  test('a torn last one is not damage', async () => {
    const log = await closedFold(true);
    const contents = await readFile(log);
    await truncate(log, recordAt(contents, contents.indexOf(`own.0000${COMMITS}`)) + 40);
    expect(await survivors()).toBe(COMMITS - 1);
  });
});

/** Where the record begins that has `position` in it: the records of a short log lie in one block. */
function recordAt(log: Buffer, position: number): number {
  let start = 0;
  for (;;) {
    const end = start + 7 + log.readUInt16LE(start + 4);
    if (end > position) return start;
    start = end;
  }
}
