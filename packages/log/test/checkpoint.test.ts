import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogSnapshotStore, logBackend } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/history.js';
import { SimulatedDisk } from './support/simulated-disk.js';

let directory: TemporaryDirectory;
let path: string;
let copy: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'fold');
  copy = join(directory.path, 'copy');
});
afterEach(() => directory[Symbol.asyncDispose]());

test('a copy opens as a fold at the cursor of the original, whatever becomes of that', async () => {
  const store = await LogSnapshotStore.open({ path });
  await applyCommits(store, 1, 20);
  await store.checkpoint?.(copy);
  await applyCommits(store, 21, 40);
  await store.settle?.();
  await store.close();
  await using found = await logBackend.open(copy);
  expect(await assertWholeCommits(found, 'the copy')).toBe(20);
  await applyCommits(found, 21, 25);
  expect(await assertWholeCommits(found, 'the copy, going on')).toBe(25);
});

test('commits and compactions that come while the copy is made are not in it', async () => {
  await using store = await LogSnapshotStore.open({ path });
  await applyCommits(store, 1, 20);
  const { promise: held, resolve: onSnapshot } = Promise.withResolvers<void>();
  const copied = store.checkpoint?.(copy, { onSnapshot });
  await held;
  await applyCommits(store, 21, 40);
  await store.settle?.();
  await copied;
  await using found = await LogSnapshotStore.open({ path: copy });
  expect(await assertWholeCommits(found, 'the copy')).toBe(20);
  expect(await assertWholeCommits(store, 'the original')).toBe(40);
});

test('opening and closing a copy changes no byte of it and adds no file', async () => {
  const store = await LogSnapshotStore.open({ path });
  await applyCommits(store, 1, 20);
  await store.checkpoint?.(copy);
  await store.close();
  const before = await readFile(join(copy, 'fold.1.log'));
  await (await LogSnapshotStore.open({ path: copy })).close();
  expect(await readdir(copy)).toEqual(['fold.1.log']);
  expect((await readFile(join(copy, 'fold.1.log'))).equals(before)).toBe(true);
});

test('a copy is protected like a closed fold: damage in it is refused', async () => {
  const store = await LogSnapshotStore.open({ path });
  await applyCommits(store, 1, 20);
  await store.checkpoint?.(copy);
  await store.close();
  const file = join(copy, 'fold.1.log');
  const bytes = await readFile(file);
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] as number) ^ 1;
  await writeFile(file, bytes);
  await expect(LogSnapshotStore.open({ path: copy })).rejects.toMatchObject({ code: 'CORRUPTED' });
});

test('an empty fold has a copy, too', async () => {
  const store = await LogSnapshotStore.open({ path });
  await mkdir(copy);
  await store.checkpoint?.(copy);
  await store.close();
  await using found = await LogSnapshotStore.open({ path: copy });
  expect(found.cursor.isNone).toBe(true);
  expect(await found.stats()).toMatchObject({ entries: 0 });
});

test('a directory that holds anything is refused, and left as it is', async () => {
  await using store = await LogSnapshotStore.open({ path });
  await mkdir(copy);
  await writeFile(join(copy, 'precious'), 'text');
  await expect(store.checkpoint?.(copy)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await readdir(copy)).toEqual(['precious']);
  await expect(store.checkpoint?.(path)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  await expect(store.checkpoint?.(join(copy, 'precious', 'below'))).rejects.toMatchObject({
    code: 'INVALID_PATH',
  });
});

test('a copy that fails at any operation of the disk leaves nothing, and is made by the same call later', async () => {
  const disk = new SimulatedDisk();
  await using store = await LogSnapshotStore.open({ path: directory.path, fileSystem: disk });
  await applyCommits(store, 1, 20);
  const before = disk.names;
  for (let step = 0; ; step++) {
    let operations = 0;
    disk.fault = (operation) =>
      operation !== 'remove' && operations++ === step ? { code: 'ENOSPC', bytesWritten: 10 } : undefined;
    const failure = await store.checkpoint?.(copy).catch((error: unknown) => error);
    disk.fault = () => undefined;
    if (failure === undefined) break;
    expect(failure, `at operation ${step}`).toMatchObject({ code: 'STORE_FAILED' });
    expect(disk.names, `at operation ${step}`).toEqual(before);
  }
  expect(disk.names).toHaveLength(2 * before.length);
});
