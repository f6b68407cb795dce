import type { KvUpdate } from '@slipstream/core';
import type { RandomAccessFile } from '../file-system/log-file-system.js';
import { writeFully } from '../file-system/transfer.js';
import { type FrameLink, sealFrame } from '../format/frame.js';
import { FrameBuffer } from './frame-buffer.js';
import type { FrameCopy } from './frame-reader.js';
import type { LogTail } from './log-tail.js';

/** Appends frames to one file, each with one write. The caller cleans up after a failure. */
export class FrameWriter {
  readonly #file: RandomAccessFile;
  readonly #seed: number;
  readonly #buffer = new FrameBuffer();
  #tail: LogTail;

  constructor(file: RandomAccessFile, seed: number, tail: LogTail) {
    this.#file = file;
    this.#seed = seed;
    this.#tail = tail;
  }

  /** After the last frame that was written. */
  get tail(): LogTail {
    return this.#tail;
  }

  /** Whether the current frame should be written before more is added. */
  get isFull(): boolean {
    return this.#buffer.isFull;
  }

  /** Where in the file the next record will begin. */
  get position(): number {
    return this.#tail.length + this.#buffer.length;
  }

  add(update: KvUpdate): void {
    this.#buffer.add(update);
  }

  addRecord(record: Uint8Array): void {
    this.#buffer.addBytes(record);
  }

  /** Writes the current frame. With a cursor it ends the commit; without one the commit continues. */
  async write(cursor?: Uint8Array): Promise<void> {
    const { frame, checksum } = this.#buffer.seal(this.#seed, linkAfter(this.#tail), cursor);
    await writeFully(this.#file, frame, this.#tail.length);
    this.#tail = tailAfter(this.#tail, frame, checksum);
    this.#buffer.clear();
  }

  /** Writes frames of another file, which keep their bodies and so their lengths. Changes `copies`. */
  async writeCopies(copies: readonly FrameCopy[]): Promise<void> {
    let tail = this.#tail;
    for (const { frame, cursorLength } of copies) {
      tail = tailAfter(tail, frame, sealFrame(frame, this.#seed, linkAfter(tail), cursorLength));
    }
    await writeFully(this.#file, Buffer.concat(copies.map(({ frame }) => frame)), this.#tail.length);
    this.#tail = tail;
  }

  /** An fsync has covered this many bytes. */
  confirmDurable(length: number): void {
    if (length > this.#tail.durableLength) this.#tail = { ...this.#tail, durableLength: length };
  }

  /** Forgets everything past `tail`, written or not. */
  rewind(tail: LogTail): void {
    this.#buffer.clear();
    this.#tail = tail;
  }
}

function linkAfter({ frames, durableLength, checksum }: LogTail): FrameLink {
  return { number: frames, durableLength, previousChecksum: checksum };
}

function tailAfter(tail: LogTail, frame: Buffer, checksum: number): LogTail {
  return {
    length: tail.length + frame.length,
    frames: tail.frames + 1,
    checksum,
    durableLength: tail.durableLength,
  };
}
