// @ts-check
import { DatabaseSync } from 'node:sqlite';
import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { decodeRecord, encodeRecord, prefixBounds } from '@slipstream/core';
import { sqliteError } from './sqlite-error.mjs';

/**
 * @import { FoldDirectory } from '@slipstream/artifact/fold-directory'
 * @import { KvEntry, KvUpdate, RangeOptions, SnapshotDriver, WatchCursor } from '@slipstream/core'
 * @import { SQLOutputValue } from 'node:sqlite'
 */

export const BACKEND = 'node-sqlite';
export const FORMAT_VERSION = '1';

/** Keys are not empty. Some versions of Node.js make NULL of an empty blob, which compares with nothing. */
const LEAST_KEY = Buffer.of(0);
/** No byte of UTF-8 is 255. */
const BEHIND_ALL_KEYS = Buffer.of(255);

/**
 * The part of the fold that is about SQLite. Checks, order of commits, the cursor's rule and closing in order
 * are the guard's, and so is catching errors: it asks `mapError` what they are.
 *
 * @implements {SnapshotDriver}
 */
export class NodeSqliteDriver {
  backend = BACKEND;
  formatVersion = FORMAT_VERSION;
  capabilities = Object.freeze({
    durable: true,
    synchronousReads: true,
    synchronousRanges: true,
    // Folds without it are exported in the portable form.
    checkpoint: false,
    // SQLite has none: a flipped bit in a value is served.
    checksums: false,
  });

  #directory;
  #file;
  #database;
  #select;
  #put;
  #remove;
  #moveCursor;
  #size;

  /**
   * @param {FoldDirectory} directory
   * @param {string} file
   * @param {DatabaseSync} database
   * @param {WatchCursor} cursor
   */
  constructor(directory, file, database, cursor) {
    this.location = directory.path;
    this.cursor = cursor;
    this.#directory = directory;
    this.#file = file;
    this.#database = database;
    this.#select = database.prepare('SELECT record FROM entries WHERE key = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?)');
    this.#remove = database.prepare('DELETE FROM entries WHERE key = ?');
    this.#moveCursor = database.prepare('UPDATE position SET cursor = ?');
    this.#size = database.prepare(`
      SELECT (SELECT count(*) FROM entries) AS entries, page_count * page_size AS bytes
      FROM pragma_page_count, pragma_page_size`);
  }

  /**
   * Entries and cursor, or nothing.
   *
   * @param {readonly KvUpdate[]} updates
   * @param {WatchCursor} cursor
   */
  commit(updates, cursor) {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const update of updates) this.#write(update);
      this.#moveCursor.run(cursor.toString());
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** @param {KvUpdate} update */
  #write({ kind, key, value, version }) {
    if (kind === 'put') this.#put.run(Buffer.from(key), encodeRecord(version, value));
    else this.#remove.run(Buffer.from(key));
  }

  #rollBack() {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // No transaction is open: it did not begin, or SQLite rolled it back by itself, as when the disk is full.
    }
  }

  /** @param {string} key */
  get(key) {
    const row = this.#select.get(Buffer.from(key));
    return row === undefined ? undefined : this.#entry(key, row['record']);
  }

  /**
   * The guard counts for `limit`.
   *
   * @param {string} prefix
   * @param {RangeOptions} options
   * @returns {Generator<KvEntry, void, undefined>}
   */
  *range(prefix, { after }) {
    // In a transaction on a connection of its own, which goes on reading the state of its first read.
    const reader = new DatabaseSync(this.#file, { readOnly: true });
    try {
      reader.exec('BEGIN');
      const columns = 'SELECT key, record FROM entries';
      const first = reader.prepare(`${columns} WHERE key >= ? AND key < ? ORDER BY key LIMIT 1`);
      const next = reader.prepare(`${columns} WHERE key > ? AND key < ? ORDER BY key LIMIT 1`);
      const { start, end = BEHIND_ALL_KEYS } = prefixBounds(prefix, after);
      let row = first.get(start.length === 0 ? LEAST_KEY : start, end);
      while (row !== undefined) {
        const key = Buffer.from(/** @type {Uint8Array} */ (row['key']));
        yield this.#entry(key.toString(), row['record']);
        row = next.get(key, end);
      }
    } finally {
      reader.close();
    }
  }

  stats() {
    const { entries, bytes } = this.#size.get() ?? {};
    return { entries: Number(entries), bytes: Number(bytes) };
  }

  close() {
    try {
      this.#database.close();
    } finally {
      this.#directory.release();
    }
  }

  /**
   * Whatever any method above throws.
   *
   * @param {unknown} error
   * @param {string} what
   */
  mapError(error, what) {
    return sqliteError(error, what);
  }

  /**
   * @param {string} key
   * @param {SQLOutputValue | undefined} record
   * @returns {KvEntry}
   */
  #entry(key, record) {
    const entry = record instanceof Uint8Array ? decodeRecord(key, record) : undefined;
    if (entry === undefined)
      throw damagedFoldError(`${this.location}: the record of key ${key} does not decode`);
    return entry;
  }
}
