import { FILE_HEADER_BYTES } from '../format/file-header.js';

/** The end of a log: where the next frame goes, and what it links to. */
export interface LogTail {
  /** Length of the valid part of the file. */
  readonly length: number;
  /** The number of the next frame. */
  readonly frames: number;
  /** The checksum of the last frame; 0 before the first. */
  readonly checksum: number;
  /** Bytes known to be on stable storage. Every frame states it of the ones before it. */
  readonly durableLength: number;
}

/** Of a file with nothing but its header. */
export const EMPTY_TAIL: LogTail = Object.freeze({
  length: FILE_HEADER_BYTES,
  frames: 0,
  checksum: 0,
  durableLength: 0,
});
