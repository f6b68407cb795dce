import { join } from 'node:path';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteSnapshotStore, sqliteBackend } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/history.js';

let directory: TemporaryDirectory;
let file: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'fold.sqlite');
});
afterEach(() => directory[Symbol.asyncDispose]());

test("a caller's connection stays open when the fold is closed, and the fold opens again with it", async () => {
  const engine = new Database(file);
  for (let round = 1; round <= 2; round++) {
    const store = await SqliteSnapshotStore.open({ path: directory.path, engine, walLimitBytes: 100_000 });
    await applyCommits(store, round * 10 - 9, round * 10, 5000);
    await store.close();
    expect(engine.prepare('SELECT count(*) FROM entries').pluck().get()).toBe(8 + round * 10);
  }
  engine.close();
  await using store = await SqliteSnapshotStore.open(directory);
  expect(await assertWholeCommits(store, 'without it', 5000)).toBe(20);
});

test("a caller's connection to another file is refused, and nothing is made", async () => {
  const engine = new Database(join(directory.path, 'other.sqlite'));
  const path = join(directory.path, 'fold');
  await expect(SqliteSnapshotStore.open({ path, engine })).rejects.toThrow(RangeError);
  await expect(SqliteSnapshotStore.open({ path, engine })).rejects.toThrow(/other\.sqlite open, not/);
  engine.close();
});

test('an opening that fails after the fold was read releases everything', async () => {
  class FailingDatabase extends Database {
    static isFailing = false;

    override prepare(source: string): never {
      if (FailingDatabase.isFailing && source === 'ROLLBACK') {
        throw new Database.SqliteError('simulated', 'SQLITE_NOMEM');
      }
      return super.prepare(source) as never;
    }
  }
  const engine = new FailingDatabase(file);
  await (await SqliteSnapshotStore.open({ path: directory.path, engine })).close();
  FailingDatabase.isFailing = true;
  const failing = SqliteSnapshotStore.open({ path: directory.path, engine });
  await expect(failing).rejects.toMatchObject({ code: 'STORE_FAILED', cause: { code: 'SQLITE_NOMEM' } });
  FailingDatabase.isFailing = false;
  await (await SqliteSnapshotStore.open({ path: directory.path, engine })).close();
  engine.close();
});

test('pragmas reach the engine', async () => {
  const store = await sqliteBackend.open(directory.path, {
    pragmas: { page_size: 16_384, cache_size: -1000 },
  });
  await store.apply([putUpdate('a', 1)], cursorAt(1));
  await store.close();
  const database = new Database(file, { readonly: true });
  expect(database.pragma('page_size', { simple: true })).toBe(16_384);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
});

test.each([
  [{ journal_mode: 'DELETE' }, RangeError, 'pragmas.journal_mode'],
  [{ synchronous: 0 }, RangeError, 'pragmas.synchronous'],
  [{ user_version: 2 }, RangeError, 'pragmas.user_version'],
  [{ writable_schema: 1 }, RangeError, 'pragmas.writable_schema'],
  [{ 'cache_size; DROP TABLE entries; --': 1 }, RangeError, 'not the name'],
  [{ cache_size: Number.NaN }, TypeError, 'pragmas.cache_size'],
])('the pragmas %o are refused, and nothing is made', async (pragmas, errorClass, message) => {
  const path = join(directory.path, 'fold');
  const opening = SqliteSnapshotStore.open({ path, pragmas });
  await expect(opening).rejects.toThrow(errorClass);
  await expect(opening).rejects.toThrow(message);
});

test('invalid options are refused by name', async () => {
  await expect(SqliteSnapshotStore.open({ path: '' })).rejects.toThrow(/path is/);
  const open = () => SqliteSnapshotStore.open({ path: directory.path, walLimitBytes: 0 });
  await expect(open()).rejects.toThrow(/walLimitBytes is 0/);
});

test('keys of any well-formed text keep the order of their bytes, with an engine that knows text', async () => {
  await using store = await SqliteSnapshotStore.open(directory);
  const keys = ['\0', 'a', 'a\0', 'a\0b', 'aa', 'z'.repeat(32_768), 'é', '\uffff', '😀'];
  const updates = keys.map((key, index) => putUpdate(key, index + 1));
  await store.apply(updates.toReversed(), cursorAt(keys.length));
  expect(await collect(store.keys(''))).toEqual(keys);
  expect(await collect(store.keys('a\0'))).toEqual(['a\0', 'a\0b']);
  expect(await collect(store.keys('', { after: 'a\0' }))).toEqual(keys.slice(3));
  for (const [index, key] of keys.entries()) {
    expect(store.sync?.get(key)?.version.revision).toBe(BigInt(index + 1));
  }
});
