import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LevelSnapshotStore, levelBackend } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/commits.js';

let directory: TemporaryDirectory;
let path: string;
let copy: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'fold');
  copy = join(directory.path, 'copy');
});
afterEach(() => directory[Symbol.asyncDispose]());

test('a copy opens as a fold at the cursor of the original, whatever happens to that afterwards', async () => {
  const store = await LevelSnapshotStore.open({ path });
  await applyCommits(store, 1, 2_500);
  await store.checkpoint?.(copy);
  await applyCommits(store, 2_501, 2_520);
  await store.settle?.();
  await store.close();
  await using found = await levelBackend.open(copy);
  expect(await assertWholeCommits(found)).toBe(2_500);
  await applyCommits(found, 2_501, 2_505);
  expect(await assertWholeCommits(found)).toBe(2_505);
});

test('commits that come while the copy is made are not in it', async () => {
  await using store = await LevelSnapshotStore.open({ path });
  await applyCommits(store, 1, 1_500);
  const { promise: held, resolve: onSnapshot } = Promise.withResolvers<void>();
  const copied = store.checkpoint?.(copy, { onSnapshot });
  await held;
  await applyCommits(store, 1_501, 1_540);
  await copied;
  await using found = await LevelSnapshotStore.open({ path: copy });
  expect(await assertWholeCommits(found)).toBe(1_500);
  expect(await assertWholeCommits(store)).toBe(1_540);
});

test('an empty fold has a copy, too', async () => {
  const store = await LevelSnapshotStore.open({ path });
  await mkdir(copy);
  await store.checkpoint?.(copy);
  await store.close();
  await using found = await LevelSnapshotStore.open({ path: copy });
  expect(found.cursor.isNone).toBe(true);
  expect((await found.stats()).entries).toBe(0);
});

test('a directory that holds anything is refused, and left as it is', async () => {
  await using store = await LevelSnapshotStore.open({ path });
  await mkdir(copy);
  await writeFile(join(copy, 'precious'), 'text');
  await expect(store.checkpoint?.(copy)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await readdir(copy)).toEqual(['precious']);
  await expect(store.checkpoint?.(path)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  await expect(store.checkpoint?.(join(copy, 'precious', 'below'))).rejects.toMatchObject({
    code: 'INVALID_PATH',
  });
});
