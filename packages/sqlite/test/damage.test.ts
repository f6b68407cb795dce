import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteSnapshotStore } from '../src/index.js';
import { applyCommits } from './support/history.js';

let directory: TemporaryDirectory;
let file: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'fold.sqlite');
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Creates a fold and tampers with its database. */
async function foldAltered(statements: string): Promise<void> {
  const store = await SqliteSnapshotStore.open(directory);
  await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorAt(2));
  await store.close();
  const database = new Database(file);
  database.exec(statements);
  database.close();
}

test.each([
  ['a cursor that does not decode', "UPDATE fold SET cursor = 'v9:'"],
  ['no cursor', 'DELETE FROM fold'],
  ['no table of the fold', 'DROP TABLE fold'],
  ['a table of other columns', 'ALTER TABLE entries RENAME COLUMN value TO data'],
  ['the mark of another program', 'PRAGMA application_id = 7'],
  ['another version of the schema', 'PRAGMA user_version = 2'],
])('a database with %s is CORRUPTED, and stays as it is', async (_, statements) => {
  await foldAltered(statements);
  const before = await readFile(file);
  await expect(SqliteSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'CORRUPTED' });
  expect(await readFile(file)).toEqual(before);
  expect(await readdir(directory.path)).not.toContain('fold.lock');
});

test('a version that does not decode is CORRUPTED when it is read, and the other keys are served', async () => {
  await foldAltered("UPDATE entries SET version = 1.5 WHERE key = 'b'");
  await using store = await SqliteSnapshotStore.open(directory);
  await expect(store.get('b')).rejects.toMatchObject({ code: 'CORRUPTED' });
  await expect(collect(store.range(''))).rejects.toMatchObject({ code: 'CORRUPTED' });
  expect((await store.get('a'))?.version.revision).toBe(1n);
});

test('a page that was overwritten is CORRUPTED when it is read', async () => {
  const store = await SqliteSnapshotStore.open(directory);
  await applyCommits(store, 1, 100, 500);
  await store.close();
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(0, 4 * 4096));
  await using reopened = await SqliteSnapshotStore.open(directory);
  await expect(collect(reopened.range(''))).rejects.toMatchObject({
    code: 'CORRUPTED',
    hint: expect.stringContaining('Remove the directory'),
  });
});

test('a fold whose database is missing is CORRUPTED, and none is created in its place', async () => {
  await foldAltered('VACUUM');
  await rm(file);
  await expect(SqliteSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'CORRUPTED' });
  expect(await readdir(directory.path)).toEqual(['fold.json']);
});

test('what an interrupted creation left is replaced by an empty fold', async () => {
  const marker = { backend: 'sqlite', formatVersion: '1', state: 'creating' };
  await writeFile(join(directory.path, 'fold.json'), JSON.stringify(marker));
  await writeFile(file, 'not yet a database, although long enough to be taken for one'.repeat(80));
  await writeFile(`${file}-wal`, 'a log of nothing');
  await using store = await SqliteSnapshotStore.open(directory);
  expect(store.cursor.isNone).toBe(true);
  await store.apply([putUpdate('a', 1)], cursorAt(1));
});

test.each([false, true])(
  'a fold that was copied without its marker is INCOMPATIBLE, and stays (through a connection: %s)',
  async (isGiven) => {
    await foldAltered('VACUUM');
    await rm(join(directory.path, 'fold.json'));
    const before = await readFile(file);
    const engine = isGiven ? new Database(file) : undefined;
    await expect(SqliteSnapshotStore.open({ path: directory.path, engine })).rejects.toMatchObject({
      code: 'INCOMPATIBLE',
      hint: expect.stringContaining('copy the whole directory'),
    });
    engine?.close();
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(directory.path)).toEqual(['fold.sqlite']);
  },
);

test('a directory with a database of another program is INCOMPATIBLE, and nothing is added to it', async () => {
  const path = join(directory.path, 'theirs');
  await mkdir(path);
  await writeFile(join(path, 'app.db'), '');
  await expect(SqliteSnapshotStore.open({ path })).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
  expect(await readdir(path)).toEqual(['app.db']);
});

test.each([false, true])(
  'a database of another program with the file name of a fold is INCOMPATIBLE, and stays (its connection: %s)',
  async (isGiven) => {
    const theirs = new Database(file);
    theirs.exec('CREATE TABLE entries (id INTEGER PRIMARY KEY, text TEXT)');
    const before = await readFile(file);
    const options = { path: directory.path, ...(isGiven && { engine: theirs }) };
    await expect(SqliteSnapshotStore.open(options)).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
    theirs.exec('DROP TABLE entries; CREATE TABLE orders (id INTEGER PRIMARY KEY)');
    await expect(SqliteSnapshotStore.open(options)).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
    theirs.close();
    expect((await readFile(file)).length).toBe(before.length);
    expect(await readdir(directory.path)).toEqual(['fold.sqlite']);
  },
);

test.skipIf(process.platform === 'win32')('a database that may only be read is INVALID_PATH', async () => {
  const loader = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
  const program = fileURLToPath(new URL('./programs/open-unwritable.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--conditions=@slipstream/source', '--import', loader, program],
    directory.path,
  ]);
  expect(stdout).toMatch(/^INVALID_PATH .*fold\.sqlite/);
});
