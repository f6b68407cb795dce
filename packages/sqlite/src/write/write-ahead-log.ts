import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';

/** From here on the log is moved into the database: seldom enough that pages written again and again are moved once. */
const DUE_BYTES = 32 * 1024 * 1024;

/** In front of every page in the log. */
const FRAME_HEADER_BYTES = 24;

/** The log that commits are appended to, and that has to be moved into the database to begin anew. */
export class WriteAheadLog {
  readonly #writer: SqliteEngine;
  readonly #frameBytes: number;
  readonly #measure: SqliteStatement;
  readonly #move: SqliteStatement;

  constructor(writer: SqliteEngine) {
    this.#writer = writer;
    this.#frameBytes = FRAME_HEADER_BYTES + Number(writer.pragma('page_size', { simple: true }));
    this.#measure = writer.prepare('PRAGMA wal_checkpoint(NOOP)').raw();
    this.#move = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();
    // The file stays as large as it was at most; what a held state made of it is given back.
    writer.pragma(`journal_size_limit = ${2 * DUE_BYTES}`);
  }

  /**
   * Moves the log when it is due, as far as nobody reads an older state. Returns how large it still is; 0: the
   * next commit begins it anew. Failures are left to the next time: what is in the log is committed.
   */
  trim(): number {
    try {
      const { frames } = counts(this.#measure.get());
      if (frames * this.#frameBytes < DUE_BYTES) return 0;
      const left = counts(this.#move.get());
      return left.frames === left.moved ? 0 : left.frames * this.#frameBytes;
    } catch {
      return 0;
    }
  }

  /** Moves all of it that nobody reads, and gives its file's space back. */
  settle(): void {
    this.#writer.pragma('wal_checkpoint(TRUNCATE)');
  }
}

function counts(row: unknown): { frames: number; moved: number } {
  const [, frames, moved] = Array.isArray(row) ? row.map(Number) : [];
  return { frames: frames ?? 0, moved: moved ?? 0 };
}
