import type { KvUpdate, WatchCursor } from '@slipstream/core';
import type { RandomAccessFile } from '../file-system/log-file-system.js';
import { FrameWriter } from './frame-writer.js';
import { EMPTY_TAIL, type LogTail } from './log-tail.js';

/** What identifies an open log. */
export interface LogFileParts {
  readonly file: RandomAccessFile;
  readonly path: string;
  readonly generation: number;
  /** Starts the checksum of every frame. */
  readonly seed: number;
}

/** What a replay found beyond the commits. */
export interface FoundEnd {
  /** Of the whole file, whatever part of it is valid. */
  readonly fileLength: number;
  /** Up to here the log itself proves what was flushed. */
  readonly sealedLength: number;
}

/** Where the records of a commit are, one after the other. */
export interface RecordPlaces {
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
}

/**
 * One log, open: appends whole commits, one at a time, and counts its readers.
 *
 * A commit that fails is taken back by cutting the file to its last good length. If that fails as well, it
 * is done before anything else is appended, so that nothing valid ever follows the remains of a failure.
 */
export class LogFile {
  readonly file: RandomAccessFile;
  readonly path: string;
  readonly generation: number;
  readonly seed: number;
  readonly #writer: FrameWriter;
  #tail: LogTail;
  #mustCut = false;
  #sealedLength: number;
  #readers = 0;
  #retired = false;
  #closed: Promise<void> | undefined;

  /** @param sealedLength - Up to here the log itself proves what was flushed; see {@link seal}. */
  constructor({ file, path, generation, seed }: LogFileParts, tail: LogTail = EMPTY_TAIL, sealedLength = 0) {
    this.file = file;
    this.path = path;
    this.generation = generation;
    this.seed = seed;
    this.#tail = tail;
    this.#sealedLength = sealedLength;
    this.#writer = new FrameWriter(file, seed, tail);
  }

  /** The end of the last commit. */
  get tail(): LogTail {
    return this.#tail;
  }

  /** Continues at the end that a replay has found, and truncates the file there. */
  async resumeAt(tail: LogTail, { fileLength, sealedLength }: FoundEnd): Promise<void> {
    this.#tail = tail;
    this.#sealedLength = sealedLength;
    this.#writer.rewind(tail);
    if (fileLength === tail.length) return;
    await this.file.truncate(tail.length);
    await this.flush();
  }

  /**
   * Appends one commit: the updates and the cursor. Returns where their records are.
   * @param sync - Whether to wait until it would survive a power loss.
   */
  async append(updates: readonly KvUpdate[], cursor: WatchCursor, sync: boolean): Promise<RecordPlaces> {
    await this.#cutLeftovers();
    const writer = this.#writer;
    const offsets = new Float64Array(updates.length);
    const lengths = new Float64Array(updates.length);
    try {
      for (let at = 0; at < updates.length; at++) {
        if (writer.isFull) await writer.write();
        const start = writer.position;
        writer.add(updates[at] as KvUpdate);
        offsets[at] = start;
        lengths[at] = writer.position - start;
      }
      await writer.write(cursor.toBytes());
      if (sync) await this.#synchronize(writer.tail.length);
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
    this.#tail = writer.tail;
    return { offsets, lengths };
  }

  /** Makes what is committed survive a power loss. Appends may continue meanwhile. */
  flush(): Promise<void> {
    return this.#synchronize(this.#tail.length);
  }

  /**
   * Flushes, and states in a last, empty commit that everything before it was flushed: from then on damage
   * in it is distinguished from a torn tail. A log that ends so, or with its first commit, is left unchanged.
   */
  async seal(cursor: WatchCursor): Promise<void> {
    if (this.#tail.length === this.#sealedLength) return;
    await this.flush();
    await this.append([], cursor, true);
    this.#sealedLength = this.#tail.length;
  }

  /** Keeps the file open until the returned function is called. */
  pin(): () => void {
    this.#readers += 1;
    return () => {
      this.#readers -= 1;
      // What fails here is the close of a file that was only read and is already removed.
      if (this.#retired && this.#readers === 0) this.close().catch(() => undefined);
    };
  }

  /** Closes the file once it has no readers. */
  async retire(): Promise<void> {
    this.#retired = true;
    if (this.#readers === 0) await this.close();
  }

  close(): Promise<void> {
    this.#closed ??= this.file.close();
    return this.#closed;
  }

  async #synchronize(length: number): Promise<void> {
    await this.file.synchronize();
    this.#writer.confirmDurable(length);
  }

  async #takeBack(): Promise<void> {
    this.#writer.rewind(this.#tail);
    this.#mustCut = true;
    // The failure that led here is the one to report; this one recurs with the next commit.
    await this.#cutLeftovers().catch(() => undefined);
  }

  async #cutLeftovers(): Promise<void> {
    if (!this.#mustCut) return;
    await this.file.truncate(this.#tail.length);
    this.#mustCut = false;
  }
}
