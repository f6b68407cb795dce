import type { KvEntry } from '@slipstream/core';
import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import { entryOf } from './entry-row.js';

/**
 * Reads single entries. Starting and ending a transaction costs as much as the read itself, so one is kept open from
 * the first read after a commit until the next commit: until then there is nothing newer to see.
 */
export class PointReader {
  readonly #connection: SqliteEngine;
  readonly #location: string;
  readonly #begin: SqliteStatement;
  readonly #end: SqliteStatement;
  readonly #select: SqliteStatement;
  #isHolding = false;

  constructor(connection: SqliteEngine, location: string) {
    this.#connection = connection;
    this.#location = location;
    this.#begin = connection.prepare('BEGIN');
    // Nothing was written, and COMMIT fails after a damaged page was read.
    this.#end = connection.prepare('ROLLBACK');
    this.#select = connection.prepare('SELECT version, value FROM entries WHERE key = ?').raw();
  }

  get(key: string): KvEntry | undefined {
    if (!this.#isHolding) {
      this.#begin.run();
      this.#isHolding = true;
    }
    const row = this.#select.get(key);
    return Array.isArray(row) ? entryOf(key, row[0], row[1], this.#location) : undefined;
  }

  /** Called after a commit, so that the next read sees it. */
  release(): void {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    // An error may have ended it.
    if (this.#connection.inTransaction) this.#end.run();
  }
}
