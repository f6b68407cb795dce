import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import type { LogMover } from './log-mover.js';

/** From here on the log is moved: seldom enough that pages which are written again and again are moved once. */
const USUALLY_DUE_BYTES = 32 * 1024 * 1024;

/** In front of every page in the log. */
const FRAME_HEADER_BYTES = 24;

/**
 * The log that commits are appended to. It begins anew once all of it was moved into the database, so no
 * commit runs while it is being moved: commits that went on beside it would be ahead of it for ever.
 */
export class WriteAheadLog {
  readonly #mover: LogMover;
  readonly #limitBytes: number;
  readonly #dueBytes: number;
  readonly #frameBytes: number;
  readonly #measure: SqliteStatement;
  /** How large it may become before iterations are ended. */
  #allowedBytes: number;
  #moving: Promise<void> | undefined;

  /** @param limitBytes - How large the log may become because somebody reads an older state. */
  constructor(writer: SqliteEngine, mover: LogMover, limitBytes: number) {
    this.#mover = mover;
    this.#limitBytes = limitBytes;
    this.#allowedBytes = limitBytes;
    this.#dueBytes = Math.min(USUALLY_DUE_BYTES, limitBytes / 2);
    this.#frameBytes = FRAME_HEADER_BYTES + Number(writer.pragma('page_size', { simple: true }));
    this.#measure = writer.prepare('PRAGMA wal_checkpoint(NOOP)').raw();
    // What a state that was held for long has made of the file is given back.
    writer.pragma(`journal_size_limit = ${Math.ceil(2 * this.#dueBytes)}`);
  }

  /**
   * Whether iterations have to give up their states, since the log has outgrown its limit. When it stays as it is after
   * that, somebody else holds it, a checkpoint or another program: those that begin then may go on until it has
   * grown by as much again.
   */
  endsIterations(): boolean {
    const bytes = this.#bytes;
    if (bytes <= this.#limitBytes) this.#allowedBytes = this.#limitBytes;
    if (bytes <= this.#allowedBytes) return false;
    this.#allowedBytes = bytes + this.#limitBytes;
    return true;
  }

  /** What has not been moved; 0: the next commit begins the log anew. */
  get #bytes(): number {
    const row = this.#measure.get();
    const [, frames, moved] = Array.isArray(row) ? row.map(Number) : [];
    return frames === moved ? 0 : (frames ?? 0) * this.#frameBytes;
  }

  /** Begins to move the log when that is due. What is in it is committed, and stays so when moving fails. */
  moveIfDue(): void {
    if (this.#bytes >= this.#dueBytes) this.#moving = this.#mover.move();
  }

  /** Moves the log now, whatever its length. */
  async move(): Promise<void> {
    await this.#mover.move();
  }

  /** Waits for the move that is going on. */
  async idle(): Promise<void> {
    await this.#moving;
    this.#moving = undefined;
  }

  async close(): Promise<void> {
    await this.idle();
    await this.#mover.close();
  }
}
