import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KvEntry, SlipstreamError, systemClock } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { eventually, type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LogSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/history.js';
import { SimulatedDisk } from './support/simulated-disk.js';

const COMMITS = 5;

/** For tests that open a fold some thousand times, which takes seconds where nothing else runs. */
const BUSY_MACHINE_MS = 120_000;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const open = (fileSystem: SimulatedDisk) => LogSnapshotStore.open({ path: directory.path, fileSystem });

/** A disk with this log on it, and nothing else. */
function diskWith(bytes: Uint8Array, name = 'fold.1.log'): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.plant(join(directory.path, name), bytes);
  return disk;
}

/** The log of a fold after some commits: closed, and as a process leaves it that is killed. */
async function logAfter(
  commits: number,
  config: { readonly sync?: boolean } = {},
): Promise<{ closed: Buffer; killed: Buffer }> {
  const disk = new SimulatedDisk();
  const store = await LogSnapshotStore.open({ path: directory.path, fileSystem: disk, ...config });
  await applyCommits(store, 1, commits);
  const killed = Buffer.from(disk.bytesOf('.log'));
  await store.close();
  return { closed: Buffer.from(disk.bytesOf('.log')), killed };
}

/** How many commits the fold with this log opens at. */
async function commitsOf(bytes: Uint8Array, what: string): Promise<number> {
  await using store = await open(diskWith(bytes));
  return await assertWholeCommits(store, what);
}

async function expectRefused(bytes: Uint8Array, code: string, what: string): Promise<void> {
  const disk = diskWith(bytes);
  await expect(open(disk), what).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
  expect(disk.bytesOf('.log').equals(bytes), `${what}: nothing is touched`).toBe(true);
  expect(disk.names).toEqual(['fold.1.log']);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[at] = (damaged[at] as number) ^ 0x10;
  return damaged;
}

describe('a torn tail', () => {
  test(
    'cut at any byte, the log of a killed process opens at the last whole commit',
    async () => {
      const { killed } = await logAfter(COMMITS);
      const birth = (await logAfter(0)).killed.length;
      let last = COMMITS;
      for (let length = killed.length; length >= birth; length--) {
        const commits = await commitsOf(killed.subarray(0, length), `cut to ${length} bytes`);
        expect([last, last - 1], `cut to ${length} bytes`).toContain(commits);
        last = commits;
      }
      expect(last).toBe(0);
    },
    BUSY_MACHINE_MS,
  );

  test.each([
    ['zeros', Buffer.alloc(100_000)],
    ['other bytes', Buffer.alloc(100_000, 0xa5)],
    ['the beginning of a frame', Buffer.from('SLFR')],
  ])('a tail of %s is cut off', async (_, tail) => {
    const { killed } = await logAfter(COMMITS);
    expect(await commitsOf(Buffer.concat([killed, tail]), 'with a tail')).toBe(COMMITS);
  });

  test('frames of another log at the end are not commits of this one', async () => {
    const { killed } = await logAfter(COMMITS);
    const other = (await logAfter(COMMITS + 3)).closed;
    const tail = other.subarray(killed.length);
    expect(await commitsOf(Buffer.concat([killed, tail]), 'with frames of another log')).toBe(COMMITS);
  });

  test('commits after a hole that was never flushed are cut off with it', async () => {
    const three = (await logAfter(3)).killed.length;
    const { killed } = await logAfter(COMMITS);
    expect(await commitsOf(flipped(killed, three + 60), 'with a hole after commit 3')).toBe(3);
  });

  test('a commit of several frames that lost the last of them does not count', async () => {
    const disk = new SimulatedDisk();
    const store = await open(disk);
    await applyCommits(store, 1, 2);
    const before = disk.bytesOf('.log').length;
    const large = Array.from({ length: 5 }, (_, index) =>
      putUpdate(`large.${index}`, 30, new Uint8Array(700_000)),
    );
    await store.apply(large, cursorAt(39));
    const bytes = Buffer.from(disk.bytesOf('.log'));
    await store.close();
    for (const length of [bytes.length - 1, bytes.length - 800_000, before + 1_500_000, before + 1]) {
      expect(await commitsOf(bytes.subarray(0, length), `cut to ${length} bytes`)).toBe(2);
    }
  });
});

test('a commit that is larger than what an open holds of it is applied whole, or not at all', async () => {
  const store = await LogSnapshotStore.open(directory);
  await applyCommits(store, 1, 2);
  const large = Array.from({ length: 20 }, (_, index) =>
    putUpdate(`large.${index % 18}`, 30 + index, new Uint8Array(1_000_000).fill(index)),
  );
  await store.apply(large, cursorAt(59));
  const file = join(directory.path, 'fold.1.log');
  const whole = await readFile(file);
  await store.close();
  await writeFile(file, whole);
  const found = await LogSnapshotStore.open(directory);
  expect(found.cursor.revision).toBe(59n);
  for (let index = 2; index < 20; index++) {
    const { value, version } = (await found.get(`large.${index % 18}`)) as KvEntry;
    expect([version.revision, value.length, value[0]]).toEqual([BigInt(30 + index), 1_000_000, index]);
  }
  await found.close();
  await writeFile(file, whole.subarray(0, -1));
  await using cut = await LogSnapshotStore.open(directory);
  expect(await assertWholeCommits(cut, 'without the end of the large commit')).toBe(2);
});

describe('damage', () => {
  test(
    'every flipped byte of a closed log is refused; in its seal, which holds nothing, it is cut off',
    async () => {
      const { closed, killed } = await logAfter(COMMITS);
      for (let at = 0; at < closed.length; at++) {
        const what = `byte ${at} of ${closed.length} flipped`;
        if (at < killed.length) await expectRefused(flipped(closed, at), 'CORRUPTED', what);
        else expect(await commitsOf(flipped(closed, at), what)).toBe(COMMITS);
      }
    },
    BUSY_MACHINE_MS,
  );

  test('a log that a killed process left is protected as soon as it was opened and closed', async () => {
    const { closed, killed } = await logAfter(COMMITS);
    const disk = diskWith(killed);
    await (await open(disk)).close();
    const again = Buffer.from(disk.bytesOf('.log'));
    expect(again.length, 'a seal was added').toBe(closed.length);
    await expectRefused(flipped(again, killed.length - 1), 'CORRUPTED', 'the last byte of the last commit');
  });

  test('commits that came during a compaction are protected as soon as the fold is closed', async () => {
    const disk = new SimulatedDisk();
    const store = await LogSnapshotStore.open({
      path: directory.path,
      fileSystem: disk,
      compaction: { minGarbageBytes: 1, garbageRatio: 0.1 },
      clock: { ...systemClock, now: () => 0 },
    });
    await applyCommits(store, 1, COMMITS);
    await eventually(() => disk.names.length === 1, { what: 'the compaction' });
    const compacted = Buffer.from(disk.bytesOf('.log'));
    await store.close();
    const closed = Buffer.from(disk.bytesOf('.log'));
    expect(disk.names, 'compacted').not.toContain('fold.1.log');
    expect(closed.length, 'commits came meanwhile, so that a seal was added').toBeGreaterThan(
      compacted.length,
    );
    for (let at = 0; at < compacted.length; at += 5) {
      await expectRefused(flipped(closed, at), 'CORRUPTED', `byte ${at} of ${closed.length} flipped`);
    }
  });

  test(
    'with sync every commit but the last is protected while the process runs',
    async () => {
      const { killed } = await logAfter(COMMITS, { sync: true });
      const seven = (await logAfter(COMMITS - 1, { sync: true })).killed.length;
      for (let at = 0; at < killed.length; at++) {
        const what = `byte ${at} of ${killed.length} flipped`;
        if (at < seven) await expectRefused(flipped(killed, at), 'CORRUPTED', what);
        else expect(await commitsOf(flipped(killed, at), what)).toBe(COMMITS - 1);
      }
    },
    BUSY_MACHINE_MS,
  );

  test('the part that a compaction wrote is never cut, wherever it ends', async () => {
    const disk = new SimulatedDisk();
    const store = await open(disk);
    await applyCommits(store, 1, COMMITS);
    await store.settle?.();
    const compacted = Buffer.from(disk.bytesOf('.log'));
    await store.close();
    for (let length = 0; length < compacted.length; length += 7) {
      await expectRefused(compacted.subarray(0, length), 'CORRUPTED', `cut to ${length} bytes`);
    }
  });

  test('a record that rots while the fold is open fails the reads of its key, and no other', async () => {
    const disk = new SimulatedDisk();
    await using store = await open(disk);
    await store.apply([putUpdate('a', 1), putUpdate('b', 2, 'precious')], cursorAt(2));
    const bytes = disk.bytesOf('.log');
    const at = bytes.indexOf('precious');
    bytes[at] = (bytes[at] as number) ^ 1;
    await expect(store.get('b')).rejects.toMatchObject({ code: 'CORRUPTED' });
    expect((await store.get('a'))?.version.revision).toBe(1n);
    await expect(store.settle?.()).rejects.toMatchObject({ code: 'CORRUPTED' });
    expect(disk.names).toEqual(['fold.1.log']);
  });

  test('a damaged log is refused although an older one is there, and both stay', async () => {
    const { closed } = await logAfter(COMMITS);
    const disk = diskWith(closed);
    disk.plant(join(directory.path, 'fold.2.log'), flipped(closed, 100));
    await expect(open(disk)).rejects.toMatchObject({ code: 'CORRUPTED' });
    expect(disk.names).toEqual(['fold.1.log', 'fold.2.log']);
  });
});

describe('what is found in the directory', () => {
  test('leftovers of interrupted compactions are removed', async () => {
    const { closed } = await logAfter(COMMITS);
    const disk = diskWith(closed, 'fold.3.log');
    disk.plant(join(directory.path, 'fold.2.log'), Buffer.from('older'));
    disk.plant(join(directory.path, 'fold.4.log.tmp'), Buffer.from('unfinished'));
    await using store = await open(disk);
    expect(await assertWholeCommits(store, 'with leftovers')).toBe(COMMITS);
    expect(disk.names).toEqual(['fold.3.log']);
  });

  test('a newer format is refused as such', async () => {
    const { encodeFileHeader } = await import('../src/format/file-header.js');
    const { crc32 } = await import('node:zlib');
    const header = encodeFileHeader(new Uint8Array(16));
    header.writeUInt32BE(2, 8);
    header.writeUInt32BE(crc32(header.subarray(0, 28)), 28);
    await expectRefused(header, 'INCOMPATIBLE', 'format 2');
  });

  test('a file with the name of a log that is not one is refused', async () => {
    await expectRefused(
      Buffer.from('SQLite format 3\0, and so on, and so on'),
      'INCOMPATIBLE',
      'another file',
    );
  });

  test('a directory with foreign files is refused, and nothing is added to it', async () => {
    await writeFile(join(directory.path, 'CURRENT'), 'MANIFEST-000001');
    await expect(LogSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
    expect(await readdir(directory.path)).toEqual(['CURRENT']);
  });

  test('files that operating systems put into directories are ignored', async () => {
    await mkdir(join(directory.path, 'lost+found'));
    await writeFile(join(directory.path, '.DS_Store'), '');
    await using store = await LogSnapshotStore.open(directory);
    expect((await store.stats()).entries).toBe(0);
  });

  test('a path that is a file, or that has none for a parent, is refused', async () => {
    const file = join(directory.path, 'file');
    await writeFile(file, 'text');
    for (const path of [file, join(file, 'fold'), join(directory.path, 'missing', 'fold')]) {
      const error = await LogSnapshotStore.open({ path }).catch((caught: unknown) => caught);
      expect(SlipstreamError.is(error, 'INVALID_PATH'), path).toBe(true);
    }
    expect(await readdir(directory.path)).toEqual(['file']);
  });

  test('options out of range are mistakes of the caller', async () => {
    const { path } = directory;
    await expect(LogSnapshotStore.open({ path: '' })).rejects.toThrow(TypeError);
    await expect(LogSnapshotStore.open({ path, compaction: { garbageRatio: -1 } })).rejects.toThrow(
      RangeError,
    );
    await expect(LogSnapshotStore.open({ path, compaction: { minGarbageBytes: -1 } })).rejects.toThrow(
      'minGarbageBytes',
    );
  });
});
