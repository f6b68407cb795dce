import { crc32 } from 'node:zlib';
import { MAX_RECORD_BYTES } from './record.js';

// docs/log-format.md, "Frame".
//
//   0  u32  magic
//   4  u32  checksum of the header after it (CRC-32 from the file's seed)
//   8  u64  number of the frame, from 0, without a gap
//  16  u64  length of the file known to be on stable storage when the frame was written
//  24  u32  length of the body
//  28  u32  checksum of the previous frame; 0 for the first
//  32  u16  length of the cursor at the end of the body; 0: the commit continues in the next frame
//  34  u16  zero
//  36       body: records, then the cursor
//   …  u32  checksum of everything before it (CRC-32 from the file's seed)

export const FRAME_HEADER_BYTES = 36;
export const FRAME_TRAILER_BYTES = 4;

/** The body length at which a writer ends a frame: what a commit and a recovery hold in memory. */
export const FRAME_TARGET_BYTES: number = 1024 * 1024;

/** Past this a length is damage: a frame that was under its target took one more record and a cursor. */
const MAX_BODY_BYTES = FRAME_TARGET_BYTES + MAX_RECORD_BYTES + 1024;

const MAGIC_NUMBER = 0x534c_4652;
const HEADER_CHECKED_FROM = 8;

/** The first bytes of a frame: "SLFR". */
export const FRAME_MAGIC: Buffer = Buffer.from('SLFR', 'latin1');

/** What ties a frame to its place in its file. */
export interface FrameLink {
  readonly number: number;
  /** Bytes from the start of the file that an fsync has covered. */
  readonly durableLength: number;
  readonly previousChecksum: number;
}

export interface FrameHeader extends FrameLink {
  readonly bodyLength: number;
  /** 0: the commit continues in the next frame. */
  readonly cursorLength: number;
}

/**
 * Fills in the header and the trailer around a body that is already in its place, from
 * {@link FRAME_HEADER_BYTES} up to the trailer; returns the checksum of the frame.
 */
export function sealFrame(frame: Buffer, seed: number, link: FrameLink, cursorLength: number): number {
  const trailerAt = frame.length - FRAME_TRAILER_BYTES;
  frame.writeUInt32BE(MAGIC_NUMBER, 0);
  writeUInt64(frame, link.number, 8);
  writeUInt64(frame, link.durableLength, 16);
  frame.writeUInt32BE(trailerAt - FRAME_HEADER_BYTES, 24);
  frame.writeUInt32BE(link.previousChecksum, 28);
  frame.writeUInt16BE(cursorLength, 32);
  frame.writeUInt16BE(0, 34);
  frame.writeUInt32BE(crc32(frame.subarray(HEADER_CHECKED_FROM, FRAME_HEADER_BYTES), seed), 4);
  const checksum = crc32(frame.subarray(0, trailerAt), seed);
  frame.writeUInt32BE(checksum, trailerAt);
  return checksum;
}

/** The header in the first {@link FRAME_HEADER_BYTES}; `undefined` when they are not a header of this file. */
export function decodeFrameHeader(bytes: Buffer, seed: number): FrameHeader | undefined {
  if (bytes.readUInt32BE(0) !== MAGIC_NUMBER) return undefined;
  if (bytes.readUInt32BE(4) !== crc32(bytes.subarray(HEADER_CHECKED_FROM, FRAME_HEADER_BYTES), seed)) {
    return undefined;
  }
  const bodyLength = bytes.readUInt32BE(24);
  const cursorLength = bytes.readUInt16BE(32);
  if (bodyLength > MAX_BODY_BYTES || cursorLength > bodyLength) return undefined;
  return {
    number: readUInt64(bytes, 8),
    durableLength: readUInt64(bytes, 16),
    bodyLength,
    previousChecksum: bytes.readUInt32BE(28),
    cursorLength,
  };
}

/** The length of the whole frame. */
export function frameLength(header: FrameHeader): number {
  return FRAME_HEADER_BYTES + header.bodyLength + FRAME_TRAILER_BYTES;
}

/** The checksum of a whole frame, or `undefined` when its bytes do not match it. */
export function verifiedChecksum(frame: Buffer, seed: number): number | undefined {
  const trailerAt = frame.length - FRAME_TRAILER_BYTES;
  const checksum = frame.readUInt32BE(trailerAt);
  return checksum === crc32(frame.subarray(0, trailerAt), seed) ? checksum : undefined;
}

// Numbers and lengths stay below 2^53: exact as numbers.
function writeUInt64(target: Buffer, value: number, at: number): void {
  target.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  target.writeUInt32BE(value % 0x1_0000_0000, at + 4);
}

function readUInt64(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * 0x1_0000_0000 + source.readUInt32BE(at + 4);
}
