import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { HandMadeFold, HandUpdate } from './hand-made-fold.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cursor (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL) STRICT`;

/** Entries in SQLite. */
export async function openSqlite(directory: string): Promise<HandMadeFold> {
  const db = new Database(join(directory, 'entries.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(SCHEMA);
  const put = db.prepare(
    'INSERT INTO entries (key, revision, value) VALUES (?, ?, ?) ' +
      'ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value',
  );
  const remove = db.prepare('DELETE FROM entries WHERE key = ?');
  const moveCursor = db.prepare('INSERT OR REPLACE INTO cursor (only, revision) VALUES (1, ?)');
  const count = db.prepare<[], number>('SELECT count(*) FROM entries').pluck();
  const get = db.prepare<[string], Uint8Array>('SELECT value FROM entries WHERE key = ?').pluck();
  const range = db.prepare<[string, string], [string, number, Uint8Array]>(
    'SELECT key, revision, value FROM entries WHERE key >= ? AND key < ? ORDER BY key',
  );
  const write = db.transaction((updates: readonly HandUpdate[]) => {
    for (const { key, value, revision, operation } of updates) {
      if (operation === 'PUT') put.run(key, revision, value);
      else remove.run(key);
    }
    moveCursor.run(updates.at(-1)?.revision ?? 0);
  });
  return {
    write,
    count: () => count.get() ?? 0,
    get: (key) => get.get(key),
    getLater: async (key) => get.get(key),
    range(prefix) {
      let rows = 0;
      for (const _ of range.raw().iterate(prefix, `${prefix}\u{10ffff}`)) rows += 1;
      return rows;
    },
    close: () => void db.close(),
  };
}
