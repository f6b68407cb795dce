// @ts-check
// A durable fold on the SQLite inside Node.js: what docs/writing-a-backend.md asks for, and nothing else.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { damagedFoldError, enterFoldDirectory } from '@slipstream/artifact/fold-directory';
import { guardSnapshotStore, WatchCursor } from '@slipstream/core';
import { BACKEND, FORMAT_VERSION, NodeSqliteDriver } from './node-sqlite-driver.mjs';
import { sqliteError } from './sqlite-error.mjs';

const DATABASE_NAME = 'fold.db';

/** With the files that SQLite puts beside it. Those of an interrupted creation are removed. */
const FILE_NAMES = ['', '-wal', '-shm', '-journal'].map((suffix) => DATABASE_NAME + suffix);

/**
 * The engine by name: what `importArtifact` and other programs that only know a path open folds with.
 *
 * @type {import('@slipstream/core').SnapshotBackend}
 */
export const nodeSqliteBackend = Object.freeze({
  name: BACKEND,
  formatVersion: FORMAT_VERSION,
  open: openNodeSqliteFold,
});

/**
 * Opens the fold in a directory, or creates one in an empty directory.
 *
 * @param {string} path
 * @returns {Promise<import('@slipstream/core').SnapshotStore>}
 */
export async function openNodeSqliteFold(path) {
  // Refuses a second opener, a foreign directory and another format, before anything is written.
  const directory = await enterFoldDirectory(path, {
    backend: BACKEND,
    formatVersion: FORMAT_VERSION,
    isEngineFile: (name) => FILE_NAMES.includes(name),
  });
  /** @type {DatabaseSync | undefined} */
  let database;
  try {
    const file = join(directory.path, DATABASE_NAME);
    if (directory.isComplete) {
      assertFileIsThere(file);
      database = new DatabaseSync(file);
      configure(database);
    } else {
      database = new DatabaseSync(file);
      configure(database);
      createTables(database);
      // From here on the directory is a fold, and missing or empty files in it are damage.
      await directory.complete();
    }
    return guardSnapshotStore(new NodeSqliteDriver(directory, file, database, readCursor(database, file)));
  } catch (error) {
    database?.close();
    directory.release();
    throw sqliteError(error, `opening the fold ${directory.path}`);
  }
}

/** @param {DatabaseSync} database */
function configure(database) {
  // With the log, ranges read an old state while commits go on. FULL: a commit survives a power loss.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
}

/** @param {DatabaseSync} database */
function createTables(database) {
  // Keys are bytes, so that SQLite orders them as folds do: by UTF-8, whatever is in them.
  database.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE entries (key BLOB PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE position (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL) STRICT;
    INSERT INTO position VALUES (1, '${WatchCursor.none}');
    COMMIT`);
}

/**
 * @param {DatabaseSync} database
 * @param {string} file
 */
function readCursor(database, file) {
  const cursor = database.prepare('SELECT cursor FROM position').get()?.['cursor'];
  try {
    return WatchCursor.parse(String(cursor));
  } catch (error) {
    throw damagedFoldError(`${file}: the cursor does not decode`, error);
  }
}

/** @param {string} file */
function assertFileIsThere(file) {
  // Opening would make an empty database of it: a fold without entries, and without a word.
  if (!statSync(file, { throwIfNoEntry: false })?.size) throw damagedFoldError(`${file} is missing or empty`);
}
