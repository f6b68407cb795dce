import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import type { WalCheckpointer } from './wal-checkpointer.js';

/** Checkpoints the log on the connection that writes, for engines that no other thread can load. */
export class InlineWalCheckpointer implements WalCheckpointer {
  readonly #checkpoint: SqliteStatement;

  constructor(writer: SqliteEngine) {
    this.#checkpoint = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();
  }

  async checkpoint(): Promise<void> {
    try {
      this.#checkpoint.get();
    } catch {
      // The log stays as it is, and keeps what is committed.
    }
  }

  async close(): Promise<void> {}
}
