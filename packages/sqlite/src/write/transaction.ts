import { setImmediate } from 'node:timers/promises';
import { type Clock, type KvUpdate, TimeSlice, type WatchCursor } from '@slipstream/core';
import type { FoldRow } from '../database/fold-database.js';
import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import { EntryWriter } from './entry-writer.js';

/**
 * Commits updates and cursor in one transaction, in slices; meanwhile other connections read the state before. The
 * engine's COMMIT at the end is one slice, however long it takes.
 */
export class Transaction {
  readonly #writer: SqliteEngine;
  readonly #clock: Clock;
  readonly #entryWriter: EntryWriter;
  readonly #begin: SqliteStatement;
  readonly #saveFold: SqliteStatement;
  readonly #commit: SqliteStatement;
  #entries: number;

  constructor(writer: SqliteEngine, fold: FoldRow, clock: Clock) {
    this.#writer = writer;
    this.#clock = clock;
    this.#entries = fold.entries;
    this.#entryWriter = new EntryWriter(writer);
    this.#begin = writer.prepare('BEGIN IMMEDIATE');
    this.#saveFold = writer.prepare('UPDATE fold SET cursor = ?, entries = ?');
    this.#commit = writer.prepare('COMMIT');
  }

  /** Entries as of the last commit. */
  get entries(): number {
    return this.#entries;
  }

  /** Rejects with the engine's error, and nothing changed. */
  async run(updates: Iterable<KvUpdate>, cursor: WatchCursor): Promise<void> {
    this.#begin.run();
    try {
      const entries = this.#entries + (await this.#write(updates));
      this.#saveFold.run(cursor.toString(), entries);
      this.#commit.run();
      this.#entries = entries;
    } catch (error) {
      // Some failures roll back by themselves.
      if (this.#writer.inTransaction) this.#writer.exec('ROLLBACK');
      throw error;
    }
  }

  /** Returns by how many entries the fold grew. */
  async #write(updates: Iterable<KvUpdate>): Promise<number> {
    let added = 0;
    const slice = new TimeSlice(this.#clock, setImmediate);
    for (const update of updates) {
      if (slice.isOver) await slice.pause();
      added += this.#entryWriter.write(update);
    }
    return added;
  }
}
