import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { WatchCursor } from '@slipstream/core';
import type { SqliteEngine } from '../sqlite-engine.js';
import { DATABASE_NAME, SQLITE_FORMAT_VERSION } from '../sqlite-format.js';

/** "SLIP", by which tools such as `file` recognise the database. */
const APPLICATION_ID = 0x534c_4950;

const USER_VERSION = Number(SQLITE_FORMAT_VERSION);

/**
 * Keys are text: SQLite orders it by its UTF-8 bytes, and other tools can read it. A version is an integer
 * when it is the revision of 8 bytes that fits one, else its bytes.
 */
const SCHEMA = `
  CREATE TABLE entries (
    key TEXT NOT NULL PRIMARY KEY,
    version ANY NOT NULL,
    value BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE fold (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    cursor TEXT NOT NULL,
    entries INTEGER NOT NULL
  ) STRICT`;

/** The fold's own record: one row that every commit writes. */
export interface FoldRow {
  readonly cursor: WatchCursor;
  readonly entries: number;
}

/**
 * Creates an empty fold in a database, in the file itself and not only in its log: it stays a fold whatever happens to
 * the log later. One that an interrupted open left is re-created.
 */
export function createFold(writer: SqliteEngine): void {
  writer.exec(`
    BEGIN IMMEDIATE;
    DROP TABLE IF EXISTS entries;
    DROP TABLE IF EXISTS fold;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${USER_VERSION};
    ${SCHEMA};
    INSERT INTO fold (only, cursor, entries) VALUES (1, '${WatchCursor.none}', 0);
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE)`);
}

/** By the names of their columns, in order. */
const TABLES = { entries: ['key', 'version', 'value'], fold: ['only', 'cursor', 'entries'] };

function hasTables(reader: SqliteEngine): boolean {
  const columns = reader.prepare('SELECT json_group_array(name) FROM pragma_table_info(?)').pluck();
  return Object.entries(TABLES).every(([table, names]) => columns.get(table) === JSON.stringify(names));
}

/** Whether a database contains neither a table nor anything else. */
export function isEmptyDatabase(connection: SqliteEngine): boolean {
  return connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

/**
 * Reads the fold's own record.
 * @throws `CORRUPTED` when the database is not a fold's, although its directory is marked as a fold.
 */
export function readFold(reader: SqliteEngine, location: string): FoldRow {
  const applicationId = reader.pragma('application_id', { simple: true });
  const version = reader.pragma('user_version', { simple: true });
  if (applicationId !== APPLICATION_ID || version !== USER_VERSION || !hasTables(reader)) {
    throw damagedFoldError(`${location}: ${DATABASE_NAME} is not the fold's database`);
  }
  const row: unknown = reader.prepare('SELECT cursor, entries FROM fold').raw().get();
  const [cursor, entries] = Array.isArray(row) ? row : [];
  if (typeof cursor !== 'string' || !Number.isSafeInteger(entries) || entries < 0) {
    throw damagedFoldError(`${location}: the row with the cursor is missing or damaged`);
  }
  try {
    return { cursor: WatchCursor.parse(cursor), entries };
  } catch (error) {
    throw damagedFoldError(`${location}: the cursor does not decode`, error);
  }
}
