import { join } from 'node:path';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits, commitAt } from './support/history.js';

let directory: TemporaryDirectory;
let file: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'fold.sqlite');
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Fails statements whose text begins like this, with this result of SQLite's. */
class FailingDatabase extends Database {
  failing: { readonly statement: string; readonly code: string } | undefined;

  override prepare(source: string): never {
    const statement = super.prepare(source);
    const run = statement.run.bind(statement);
    statement.run = (...parameters: unknown[]) => {
      if (this.failing !== undefined && source.startsWith(this.failing.statement)) {
        throw new Database.SqliteError('simulated', this.failing.code);
      }
      return run(...parameters);
    };
    return statement as never;
  }
}

test('a commit on a full disk changes nothing, and succeeds as soon as there is room', async () => {
  const engine = new Database(file);
  await using store = await SqliteSnapshotStore.open({ path: directory.path, engine });
  await applyCommits(store, 1, 3, 1000);
  engine.pragma('max_page_count = 20');
  const { updates, cursor } = commitAt(4, 20_000);
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(store.apply(updates, cursor)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      hint: expect.stringContaining('space'),
      cause: { code: 'SQLITE_FULL' },
    });
    expect(await assertWholeCommits(store, 'after the failure', 1000)).toBe(3);
  }
  engine.pragma('max_page_count = 100000');
  await store.apply(updates, cursor);
  expect(await assertWholeCommits(store, 'with room again', 20_000)).toBe(4);
  engine.close();
});

test.each([
  ['COMMIT', 'SQLITE_IOERR_WRITE', 'STORE_FAILED'],
  ['INSERT', 'SQLITE_IOERR_READ', 'STORE_FAILED'],
  ['UPDATE fold', 'SQLITE_NOMEM', 'STORE_FAILED'],
  ['BEGIN', 'SQLITE_BUSY', 'STORE_FAILED'],
  ['INSERT', 'SQLITE_CORRUPT_INDEX', 'CORRUPTED'],
  ['INSERT', 'SQLITE_TOOBIG', 'LIMIT_EXCEEDED'],
])('a commit whose %s fails with %s is %s and can be repeated', async (statement, sqliteCode, code) => {
  const engine = new FailingDatabase(file);
  await using store = await SqliteSnapshotStore.open({ path: directory.path, engine });
  await applyCommits(store, 1, 2, 100);
  const { updates, cursor } = commitAt(3, 100);
  engine.failing = { statement, code: sqliteCode };
  await expect(store.apply(updates, cursor)).rejects.toMatchObject({ code, cause: { code: sqliteCode } });
  expect(await assertWholeCommits(store, 'after the failure', 100)).toBe(2);
  engine.failing = undefined;
  await store.apply(updates, cursor);
  expect(await assertWholeCommits(store, 'repeated', 100)).toBe(3);
});

test.each([
  ['SQLITE_IOERR_WRITE', expect.stringContaining('quota')],
  ['SQLITE_IOERR_READ', undefined],
])('a failure %s has a hint about room only when it may be for lack of it', async (sqliteCode, hint) => {
  const engine = new FailingDatabase(file);
  await using store = await SqliteSnapshotStore.open({ path: directory.path, engine });
  engine.failing = { statement: 'COMMIT', code: sqliteCode };
  const { updates, cursor } = commitAt(1, 10);
  const failure = await store.apply(updates, cursor).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'STORE_FAILED' });
  expect(Reflect.get(failure as object, 'hint')).toEqual(hint);
  engine.failing = undefined;
});

test('a commit while another program writes fails without waiting, and succeeds once that one is done', async () => {
  await using store = await SqliteSnapshotStore.open(directory);
  const tool = new Database(file, { timeout: 0 });
  tool.exec('BEGIN IMMEDIATE');
  await expect(store.apply([putUpdate('a', 1)], cursorAt(1))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    hint: expect.stringContaining('Another program'),
  });
  tool.exec('ROLLBACK');
  await store.apply([putUpdate('a', 1)], cursorAt(1));
  expect(tool.prepare('SELECT key, version, value FROM entries').raw().all()).toEqual([
    ['a', 1, Buffer.from('a@1')],
  ]);
  tool.close();
});
