import type { RandomAccessFile } from '../file-system/log-file-system.js';
import { readFully } from '../file-system/transfer.js';
import {
  decodeFrameHeader,
  FRAME_HEADER_BYTES,
  FRAME_TRAILER_BYTES,
  type FrameHeader,
  frameLength,
  verifiedChecksum,
} from '../format/frame.js';
import type { LogTail } from './log-tail.js';

/** Read at once; a longer frame is read whole. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** A frame to be copied to another file. */
export interface FrameCopy {
  readonly frame: Buffer;
  readonly cursorLength: number;
}

/** A frame that is whole and in its place. */
export interface VerifiedFrame extends FrameCopy {
  readonly header: FrameHeader;
  readonly checksum: number;
  /** The records, one after the other. */
  readonly records: Buffer;
  /** Empty when the commit continues in the next frame. */
  readonly cursor: Buffer;
}

/** Reads the frames of a file one after the other. */
export class FrameReader {
  readonly #file: RandomAccessFile;
  readonly #seed: number;
  readonly #end: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  /** @param end - The length of the file, or where the part to be read ends. */
  constructor(file: RandomAccessFile, seed: number, end: number) {
    this.#file = file;
    this.#seed = seed;
    this.#end = end;
  }

  /** The frame at the end of `tail`, when what is there is whole and links to what is before it. */
  async frameAfter(tail: LogTail): Promise<VerifiedFrame | undefined> {
    const start = tail.length;
    const headerBytes = await this.#load(start, FRAME_HEADER_BYTES);
    const header = headerBytes && decodeFrameHeader(headerBytes, this.#seed);
    if (header?.number !== tail.frames || header.previousChecksum !== tail.checksum) return undefined;
    const frame = await this.#load(start, frameLength(header));
    const checksum = frame && verifiedChecksum(frame, this.#seed);
    if (frame === undefined || checksum === undefined) return undefined;
    const cursorAt = frame.length - FRAME_TRAILER_BYTES - header.cursorLength;
    return {
      header,
      frame,
      checksum,
      cursorLength: header.cursorLength,
      records: frame.subarray(FRAME_HEADER_BYTES, cursorAt),
      cursor: frame.subarray(cursorAt, cursorAt + header.cursorLength),
    };
  }

  async #load(start: number, length: number): Promise<Buffer | undefined> {
    if (start + length > this.#end) return undefined;
    const offset = start - this.#windowStart;
    if (offset < 0 || offset + length > this.#window.length) {
      const bytes = Math.min(Math.max(length, WINDOW_BYTES), this.#end - start);
      const window = Buffer.allocUnsafe(bytes);
      this.#window = window.subarray(0, await readFully(this.#file, window, start));
      this.#windowStart = start;
      return this.#window.length < length ? undefined : this.#window.subarray(0, length);
    }
    return this.#window.subarray(offset, offset + length);
  }
}

/** The tail after a frame that followed it. */
export function tailAfterFrame(tail: LogTail, { header, frame, checksum }: VerifiedFrame): LogTail {
  return {
    length: tail.length + frame.length,
    frames: header.number + 1,
    checksum,
    durableLength: Math.max(tail.durableLength, header.durableLength),
  };
}
