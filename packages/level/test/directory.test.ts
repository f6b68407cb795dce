import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFoldMarker } from '@slipstream/artifact/fold-directory';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LevelSnapshotStore, type LevelSnapshotStoreOptions } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/commits.js';
import { contentsOf } from './support/files.js';

let directory: TemporaryDirectory;
let path: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'fold');
});
afterEach(() => directory[Symbol.asyncDispose]());

async function closedFold(commits = 10): Promise<void> {
  const store = await LevelSnapshotStore.open({ path });
  await applyCommits(store, 1, commits);
  await store.close();
}

/** Refused with the code, and no file was changed. */
async function expectUntouched(code: string): Promise<void> {
  const before = await contentsOf(path);
  await expect(LevelSnapshotStore.open({ path })).rejects.toMatchObject({ code });
  expect(await contentsOf(path)).toEqual(before);
}

/** Changes the database of a closed fold behind its back. */
async function tamper(
  change: (database: ClassicLevel<Uint8Array, Uint8Array>) => Promise<void>,
): Promise<void> {
  const database = new ClassicLevel<Uint8Array, Uint8Array>(path, {
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  await change(database);
  await database.close();
}

test('a database of another program is INCOMPATIBLE, and LevelDB does not touch it', async () => {
  const database = new ClassicLevel(path);
  await database.put('theirs', 'x');
  await database.close();
  await expectUntouched('INCOMPATIBLE');
});

test('the fold of another engine, of another format, and other files are INCOMPATIBLE', async () => {
  await mkdir(path);
  await writeFoldMarker(path, { backend: 'lmdb', formatVersion: '1' });
  await expectUntouched('INCOMPATIBLE');
  await writeFoldMarker(path, { backend: 'level', formatVersion: '999' });
  await expectUntouched('INCOMPATIBLE');
  await rm(join(path, 'fold.json'));
  await writeFile(join(path, 'notes.txt'), 'mine');
  await expectUntouched('INCOMPATIBLE');
});

test('a creation that was interrupted is started over', async () => {
  await closedFold();
  const marker = { backend: 'level', formatVersion: '1', state: 'creating' };
  await writeFile(join(path, 'fold.json'), JSON.stringify(marker));
  await rm(join(path, 'CURRENT'));
  const store = await LevelSnapshotStore.open({ path });
  await applyCommits(store, 1, 3);
  await store.close();
  await using again = await LevelSnapshotStore.open({ path });
  expect(await assertWholeCommits(again)).toBe(3);
});

test.each(['CURRENT', '.ldb', 'MANIFEST-'])(
  'a fold without a file of the kind %s, or with an empty one, is CORRUPTED, and stays as it is',
  async (part) => {
    await closedFold();
    await (await LevelSnapshotStore.open({ path })).close();
    const [name] = (await readdir(path)).filter((each) => each.includes(part));
    const file = join(path, name ?? 'nothing to damage');
    await truncate(file);
    await expectUntouched('CORRUPTED');
    await rm(file);
    await expectUntouched('CORRUPTED');
  },
);

test('a cursor that is missing or does not decode is CORRUPTED', async () => {
  await closedFold();
  await tamper((database) => database.put(Uint8Array.of(0, 1), new Uint8Array(9)));
  await expect(LevelSnapshotStore.open({ path })).rejects.toMatchObject({ code: 'CORRUPTED' });
  await tamper((database) => database.del(Uint8Array.of(0, 1)));
  await expect(LevelSnapshotStore.open({ path })).rejects.toMatchObject({ code: 'CORRUPTED' });
});

test('a record and a key that do not decode are CORRUPTED when they are read', async () => {
  await closedFold();
  await tamper(async (database) => {
    await database.put(new TextEncoder().encode('\u0001first'), Uint8Array.of(99));
    await database.put(Uint8Array.of(1, 0xff), Uint8Array.of(0));
  });
  await using store = await LevelSnapshotStore.open({ path });
  await expect(store.get('first')).rejects.toMatchObject({ code: 'CORRUPTED' });
  for (const prefix of ['first', '']) {
    const read = store.range(prefix)[Symbol.asyncIterator]();
    const all = async (): Promise<void> => {
      while (!(await read.next()).done);
    };
    await expect(all()).rejects.toMatchObject({ code: 'CORRUPTED' });
  }
});

test('a path that cannot be a fold is INVALID_PATH', async () => {
  await writeFile(path, 'a file');
  for (const bad of [path, join(path, 'below'), join(directory.path, 'missing', 'below')]) {
    await expect(LevelSnapshotStore.open({ path: bad })).rejects.toMatchObject({ code: 'INVALID_PATH' });
  }
});

test('a database that another program has open is LOCKED, and the fold opens once it is closed', async () => {
  await closedFold();
  const database = new ClassicLevel(path);
  await database.open();
  await expect(LevelSnapshotStore.open({ path })).rejects.toMatchObject({ code: 'LOCKED' });
  await database.close();
  await using store = await LevelSnapshotStore.open({ path });
  await store.apply([putUpdate('a', 11)], cursorAt(11));
});

test('options that make no sense are TypeErrors that name them', async () => {
  const open = (options: object) => LevelSnapshotStore.open(options as LevelSnapshotStoreOptions);
  await expect(open({})).rejects.toThrow(/path or engine/);
  await expect(open({ path: '' })).rejects.toThrow(TypeError);
  await expect(open({ path, sync: 1 })).rejects.toThrow(/sync/);
  await expect(open({ path, engineOptions: { multithreading: true } })).rejects.toThrow(/multithreading/);
});
