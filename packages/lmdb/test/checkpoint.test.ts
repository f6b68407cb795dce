import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { open as openEngine } from 'lmdb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LmdbSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
let path: string;
let copy: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'fold');
  copy = join(directory.path, 'copy');
});
afterEach(() => directory[Symbol.asyncDispose]());

const KEYS = 20_000;

/** Commit `number`: every key rewritten, at that revision. */
function fill(store: SnapshotStore, number: number): Promise<void> {
  const updates = Array.from({ length: KEYS }, (_, index) => putUpdate(`k.${index}`, number));
  return store.apply(updates, cursorAt(number));
}

test('a copy is one commit, whatever is applied meanwhile, and has exactly the files of a fold', async () => {
  await using store = await LmdbSnapshotStore.open({ path });
  await fill(store, 1);
  for (let round = 1; round <= 5; round++) {
    const target = `${copy}.${round}`;
    let applied: Promise<void> = Promise.resolve();
    const before = BigInt(round);
    expect(store.cursor.revision).toBe(before);
    await store.checkpoint?.(target, {
      onSnapshot: () => {
        applied = fill(store, round + 1);
      },
    });
    await applied;
    expect((await readdir(target)).sort()).toEqual(['fold.json', 'fold.mdb']);
    await using found = await LmdbSnapshotStore.open({ path: target });
    expect(found.cursor.revision).toBe(before);
    const entries = await collect(found.range(''));
    expect(entries).toHaveLength(KEYS);
    expect(new Set(entries.map(({ version }) => version.revision))).toEqual(new Set([before]));
    expect(store.cursor.revision).toBe(BigInt(round + 1));
  }
});

test('a copy is complete on another machine, which does not know what was flushed on the first', async () => {
  const store = await LmdbSnapshotStore.open({ path });
  await fill(store, 7);
  await store.checkpoint?.(copy);
  await store.close();
  // As the engine does after a restart of the machine: only what was flushed counts.
  const engine = openEngine(join(copy, 'fold.mdb'), {
    encoding: 'binary',
    keyEncoding: 'binary',
    noSubdir: true,
    ...{ safeRestore: true },
  });
  expect(engine.getCount({ start: Buffer.of(0) })).toBe(KEYS + 1);
  await engine.close();
});

test('an empty fold has a copy, too', async () => {
  const store = await LmdbSnapshotStore.open({ path });
  await mkdir(copy);
  await store.checkpoint?.(copy);
  await store.close();
  await using found = await LmdbSnapshotStore.open({ path: copy });
  expect(found.cursor.isNone).toBe(true);
  expect(await found.stats()).toMatchObject({ entries: 0 });
});

test('a directory that holds anything is refused, and left as it is', async () => {
  await using store = await LmdbSnapshotStore.open({ path });
  await mkdir(copy);
  await writeFile(join(copy, 'precious'), 'text');
  await expect(store.checkpoint?.(copy)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await readdir(copy)).toEqual(['precious']);
  await expect(store.checkpoint?.(join(copy, 'precious', 'below'))).rejects.toMatchObject({
    code: 'INVALID_PATH',
  });
  await store.apply([putUpdate('a', 1)], cursorAt(1));
});
