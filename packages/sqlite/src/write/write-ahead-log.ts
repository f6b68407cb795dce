import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import type { WalCheckpointer } from './wal-checkpointer.js';

/** A checkpoint is due from here on: seldom enough that pages which are written again and again are copied once. */
const USUALLY_DUE_BYTES = 32 * 1024 * 1024;

/** In front of every page in the log. */
const FRAME_HEADER_BYTES = 24;

/**
 * The log that commits are appended to. SQLite restarts it once all of it is in the database, so no commit runs
 * during a checkpoint: commits that went on beside it would stay ahead of it forever.
 */
export class WriteAheadLog {
  readonly #checkpointer: WalCheckpointer;
  readonly #limitBytes: number;
  readonly #dueBytes: number;
  readonly #frameBytes: number;
  readonly #measure: SqliteStatement;
  /** How large it may become before iterations are ended. */
  #allowedBytes: number;
  #running: Promise<void> | undefined;

  /** @param limitBytes - How large the log may become while a reader holds an older state. */
  constructor(writer: SqliteEngine, checkpointer: WalCheckpointer, limitBytes: number) {
    this.#checkpointer = checkpointer;
    this.#limitBytes = limitBytes;
    this.#allowedBytes = limitBytes;
    this.#dueBytes = Math.min(USUALLY_DUE_BYTES, limitBytes / 2);
    this.#frameBytes = FRAME_HEADER_BYTES + Number(writer.pragma('page_size', { simple: true }));
    this.#measure = writer.prepare('PRAGMA wal_checkpoint(NOOP)').raw();
    // Shrinks the file that a reader of an old state has made grow.
    writer.pragma(`journal_size_limit = ${Math.ceil(2 * this.#dueBytes)}`);
  }

  /**
   * Whether iterations have to give up their states, since the log has outgrown its limit. If it does not shrink after
   * that, another reader holds it, a copy of the fold or another program: iterations that begin then may go on until
   * it has grown by as much again.
   */
  endsIterations(): boolean {
    const bytes = this.#bytes;
    if (bytes <= this.#limitBytes) this.#allowedBytes = this.#limitBytes;
    if (bytes <= this.#allowedBytes) return false;
    this.#allowedBytes = bytes + this.#limitBytes;
    return true;
  }

  /** The log, while any of it is not in the database; 0: the next commit restarts the log. */
  get #bytes(): number {
    const row = this.#measure.get();
    const [, frames, copied] = Array.isArray(row) ? row.map(Number) : [];
    return frames === copied ? 0 : (frames ?? 0) * this.#frameBytes;
  }

  /** Starts a checkpoint when one is due. What is in the log is committed, and stays so when that fails. */
  checkpointIfDue(): void {
    if (this.#bytes >= this.#dueBytes) this.#running = this.#checkpointer.checkpoint();
  }

  /** Checkpoints the log now, whatever its length. */
  async checkpoint(): Promise<void> {
    await this.#checkpointer.checkpoint();
  }

  /** Waits for the checkpoint that is running. */
  async idle(): Promise<void> {
    await this.#running;
    this.#running = undefined;
  }

  async close(): Promise<void> {
    await this.idle();
    await this.#checkpointer.close();
  }
}
