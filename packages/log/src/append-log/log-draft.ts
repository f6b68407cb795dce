import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemCode } from '@slipstream/artifact/fold-directory';
import type { WatchCursor } from '@slipstream/core';
import type { LogFileSystem, RandomAccessFile } from '../file-system/log-file-system.js';
import { writeFully } from '../file-system/transfer.js';
import { logName, temporaryName } from '../fold-directory.js';
import { encodeFileHeader, fileSeed, IDENTITY_BYTES } from '../format/file-header.js';
import type { FrameCopy } from './frame-reader.js';
import { FrameWriter } from './frame-writer.js';
import { LogFile } from './log-file.js';
import { EMPTY_TAIL } from './log-tail.js';

/** Where a new log is written, and its generation. */
export interface LogDraftOptions {
  readonly fileSystem: LogFileSystem;
  readonly directory: string;
  readonly generation: number;
}

/**
 * A log that is being written. It has a temporary name until it is complete and durable, so that a crash leaves
 * nothing that looks like a log. Its first commit may take any number of frames.
 */
export class LogDraft {
  readonly #options: LogDraftOptions;
  readonly #file: RandomAccessFile;
  readonly #seed: number;
  readonly #writer: FrameWriter;
  #firstCommitEnd = 0;

  private constructor(options: LogDraftOptions, file: RandomAccessFile, seed: number) {
    this.#options = options;
    this.#file = file;
    this.#seed = seed;
    this.#writer = new FrameWriter(file, seed, EMPTY_TAIL);
  }

  /** Starts a log, in place of what an earlier attempt left under the name. */
  static async begin(options: LogDraftOptions): Promise<LogDraft> {
    const identity = randomBytes(IDENTITY_BYTES);
    const path = draftPath(options);
    await removeIfPresent(options.fileSystem, path);
    const file = await options.fileSystem.open(path, 'create');
    const draft = new LogDraft(options, file, fileSeed(identity));
    try {
      await writeFully(file, encodeFileHeader(identity), 0);
    } catch (error) {
      await draft.discard();
      throw error;
    }
    return draft;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#writer.tail.length;
  }

  /** Where the next record will be. */
  get position(): number {
    return this.#writer.position;
  }

  /** Whether the current frame should be written before more is added. */
  get isFull(): boolean {
    return this.#writer.isFull;
  }

  /** Adds a record, as it is on the disk, to the commit. */
  addRecord(record: Uint8Array): void {
    this.#writer.addRecord(record);
  }

  /** Writes the current frame; the commit continues in the next. */
  async writeFrame(): Promise<void> {
    await this.#writer.write();
  }

  /** Ends the first commit. */
  async commit(cursor: WatchCursor): Promise<void> {
    await this.#writer.write(cursor.toBytes());
    this.#firstCommitEnd = this.length;
  }

  /** Adds whole commits of another log. */
  async addCopies(copies: readonly FrameCopy[]): Promise<void> {
    await this.#writer.writeCopies(copies);
  }

  /** Makes what is written so far survive a power loss. */
  async flush(): Promise<void> {
    const { length } = this.#writer.tail;
    await this.#file.synchronize();
    this.#writer.confirmDurable(length);
  }

  /** Gives the log its name, by which it takes the place of those of a lower generation. */
  async publish(): Promise<LogFile> {
    const { fileSystem, directory, generation } = this.#options;
    await this.flush();
    const path = join(directory, logName(generation));
    try {
      await fileSystem.rename(draftPath(this.#options), path);
    } catch (error) {
      // A network file system may have renamed it nevertheless. Left there, it would be the fold.
      await removeIfPresent(fileSystem, path);
      throw error;
    }
    const parts = { file: this.#file, path, generation, seed: this.#seed };
    return new LogFile(parts, this.#writer.tail, this.#firstCommitEnd);
  }

  /** Removes the file, if the disk allows it; else the next open does. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await removeIfPresent(this.#options.fileSystem, draftPath(this.#options)).catch(() => undefined);
  }
}

function draftPath({ directory, generation }: LogDraftOptions): string {
  return join(directory, temporaryName(logName(generation)));
}

async function removeIfPresent(fileSystem: LogFileSystem, path: string): Promise<void> {
  try {
    await fileSystem.remove(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
