import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/history.js';

const VALUE_BYTES = 50_000;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const open = (name: string) => SqliteSnapshotStore.open({ path: join(directory.path, name) });

test('a copy holds exactly the commits before it, however many follow while it is made', async () => {
  await using store = await open('live');
  await applyCommits(store, 1, 30, VALUE_BYTES);
  const path = join(directory.path, 'copy');
  let isCopied = false;
  let applied = 30;
  await new Promise<void>((resolve, reject) => {
    const copying = store.checkpoint?.(path, {
      onSnapshot: () => {
        const follow = async (): Promise<void> => {
          do await applyCommits(store, ++applied, applied, VALUE_BYTES);
          while (!isCopied);
        };
        follow().then(resolve, reject);
      },
    });
    copying?.then(() => {
      isCopied = true;
    }, reject);
  });
  expect(await assertWholeCommits(store, 'the live fold', VALUE_BYTES)).toBe(applied);
  expect(await readdir(path)).toEqual(['fold.json', 'fold.sqlite']);
  await using copy = await open('copy');
  expect(await assertWholeCommits(copy, 'the copy', VALUE_BYTES)).toBe(30);
  await applyCommits(copy, 31, 33, VALUE_BYTES);
  expect(await assertWholeCommits(copy, 'the copy, going on', VALUE_BYTES)).toBe(33);
});

test('a fold is copied while its commits are only in the log, and while it is empty', async () => {
  await using store = await open('live');
  await store.checkpoint?.(join(directory.path, 'empty'));
  await applyCommits(store, 1, 2, 10);
  await store.checkpoint?.(join(directory.path, 'two'));
  await using empty = await open('empty');
  expect(empty.cursor.isNone).toBe(true);
  await using two = await open('two');
  expect(await assertWholeCommits(two, 'two', 10)).toBe(2);
});

test('a directory that is not empty is refused, and stays as it is', async () => {
  await using store = await open('live');
  const path = join(directory.path, 'taken');
  await mkdir(path);
  await writeFile(join(path, 'notes'), 'mine');
  await expect(store.checkpoint?.(path)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await readdir(path)).toEqual(['notes']);
  await applyCommits(store, 1, 1, 10);
});
