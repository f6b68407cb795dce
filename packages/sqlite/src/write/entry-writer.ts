import type { KvUpdate } from '@slipstream/core';
import { encodeVersion } from '../database/version-column.js';
import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';

/**
 * Writes updates and counts entries. SQLite does not report whether an upsert inserted a row, so a put tries what
 * succeeded last, an update or an insert, and the other one when that changed nothing: folds are either filled for the
 * first time or kept up to date.
 */
export class EntryWriter {
  readonly #insert: SqliteStatement;
  readonly #update: SqliteStatement;
  readonly #delete: SqliteStatement;
  #expectsNewKey = true;

  constructor(writer: SqliteEngine) {
    this.#insert = writer.prepare(
      'INSERT INTO entries (key, version, value) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING',
    );
    this.#update = writer.prepare('UPDATE entries SET version = ?, value = ? WHERE key = ?');
    this.#delete = writer.prepare('DELETE FROM entries WHERE key = ?');
  }

  /** Returns by how many entries the fold grew. */
  write(update: KvUpdate): number {
    return update.kind === 'put' ? this.#put(update) : -this.#delete.run(update.key).changes;
  }

  #put(update: KvUpdate): number {
    if (!this.#changes(update)) {
      this.#expectsNewKey = !this.#expectsNewKey;
      this.#changes(update);
    }
    return this.#expectsNewKey ? 1 : 0;
  }

  #changes({ key, version, value }: KvUpdate): boolean {
    const column = encodeVersion(version);
    const { changes } = this.#expectsNewKey
      ? this.#insert.run(key, column, value)
      : this.#update.run(column, value, key);
    return changes > 0;
  }
}
