import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import type { LogMover } from './log-mover.js';

/** Moves the log on the connection that writes, for engines that no other thread can load. */
export class WriterLogMover implements LogMover {
  readonly #move: SqliteStatement;

  constructor(writer: SqliteEngine) {
    this.#move = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();
  }

  async move(): Promise<void> {
    try {
      this.#move.get();
    } catch {
      // The log stays as it is, and keeps what is committed.
    }
  }

  async close(): Promise<void> {}
}
