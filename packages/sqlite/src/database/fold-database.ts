import { damagedFold } from '@slipstream/artifact/fold-directory';
import { WatchCursor } from '@slipstream/core';
import type { SqliteEngine } from '../sqlite-engine.js';
import { DATABASE_NAME, SQLITE_FORMAT_VERSION } from '../sqlite-format.js';

/** "SLIP", which tells tools such as `file` whose database it is. */
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

/** What the fold knows of itself, in one row that every commit writes. */
export interface FoldRow {
  readonly cursor: WatchCursor;
  readonly entries: number;
}

/**
 * Makes an empty fold of a database, in the database itself and not only in its log: whatever becomes of the
 * log later, this is a fold. One that an interrupted open left is begun anew.
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

/** Whether there is no table in a database, nor anything else. */
export function isEmptyDatabase(connection: SqliteEngine): boolean {
  return connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

/**
 * Reads what the fold knows of itself.
 * @throws `CORRUPTED` when the database is none of a fold, although its directory says so.
 */
export function readFold(reader: SqliteEngine, location: string): FoldRow {
  const applicationId = reader.pragma('application_id', { simple: true });
  const version = reader.pragma('user_version', { simple: true });
  if (applicationId !== APPLICATION_ID || version !== USER_VERSION || !hasTables(reader)) {
    throw damagedFold(`${location}: ${DATABASE_NAME} is not the database that the fold was made with`);
  }
  const row: unknown = reader.prepare('SELECT cursor, entries FROM fold').raw().get();
  const [cursor, entries] = Array.isArray(row) ? row : [];
  if (typeof cursor !== 'string' || !Number.isSafeInteger(entries) || entries < 0) {
    throw damagedFold(`${location}: the row with the cursor is missing or damaged`);
  }
  try {
    return { cursor: WatchCursor.parse(cursor), entries };
  } catch (error) {
    throw damagedFold(`${location}: the cursor does not decode`, error);
  }
}
