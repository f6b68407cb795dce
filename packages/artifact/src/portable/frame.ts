import { crc32 } from 'node:zlib';
import { WatchCursor } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import {
  BLOCK_KIND,
  FILE_HEADER_BYTES,
  FILE_VERSION,
  FOOTER_KIND,
  FRAME_BYTES,
  FRAME_CHECKED_BYTES,
  MAGIC,
  MAX_BLOCK_BYTES,
  MAX_CURSOR_BYTES,
  STORED_PLAIN,
  STORED_ZSTD,
} from './portable-format.js';

const HEADER_CHECKED_BYTES = 12;

/** The frame of a block. */
export interface BlockFrame {
  readonly kind: 'block';
  readonly storage: typeof STORED_PLAIN | typeof STORED_ZSTD;
  /** Of the payload in the file. */
  readonly storedBytes: number;
  /** Of the payload before compression. */
  readonly rawBytes: number;
  readonly entries: number;
}

/** The frame of the footer. */
export interface FooterFrame {
  readonly kind: 'footer';
  /** Of the cursor that follows. */
  readonly storedBytes: number;
  /** In all blocks. */
  readonly entries: number;
}

export function encodeFileHeader(): Uint8Array {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.set(MAGIC);
  header[MAGIC.length] = FILE_VERSION;
  header.writeUInt32BE(crc32(header.subarray(0, HEADER_CHECKED_BYTES)), HEADER_CHECKED_BYTES);
  return header;
}

/** @throws `ARTIFACT_INVALID` unless these are the bytes that a file of this version begins with. */
export function checkFileHeader(bytes: Uint8Array): void {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (header.equals(encodeFileHeader())) return;
  const isOurs = header.length === FILE_HEADER_BYTES && header.subarray(0, MAGIC.length).equals(MAGIC);
  throw invalidArtifactError(
    isOurs
      ? `a portable file of version ${header[MAGIC.length]}, or a damaged one: this reads ${FILE_VERSION}`
      : 'not a portable file',
  );
}

/** A block's frame, to be followed by its payload. */
export function encodeBlockFrame(frame: Omit<BlockFrame, 'kind'>, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(FRAME_BYTES);
  bytes[0] = BLOCK_KIND;
  bytes[1] = frame.storage;
  bytes.writeUInt32BE(frame.storedBytes, 2);
  bytes.writeUInt32BE(frame.rawBytes, 6);
  bytes.writeUInt32BE(frame.entries, 10);
  bytes.writeUInt32BE(checksumOf(bytes, payload), FRAME_CHECKED_BYTES);
  return bytes;
}

/** The footer of a file: its frame, and the cursor. */
export function encodeFooter(entries: number, cursor: WatchCursor): Uint8Array {
  const payload = cursor.toBytes();
  const bytes = Buffer.alloc(FRAME_BYTES);
  bytes[0] = FOOTER_KIND;
  bytes.writeUInt32BE(payload.length, 2);
  bytes.writeBigUInt64BE(BigInt(entries), 6);
  bytes.writeUInt32BE(checksumOf(bytes, payload), FRAME_CHECKED_BYTES);
  return Buffer.concat([bytes, payload]);
}

/**
 * Reads a frame. Its lengths are bounded here, before they are allocated; its checksum is checked with
 * its payload, by {@link checkFrame}.
 * @throws `ARTIFACT_INVALID`
 */
export function decodeFrame(bytes: Buffer): BlockFrame | FooterFrame {
  if (bytes[0] === FOOTER_KIND) return decodeFooter(bytes);
  if (bytes[0] !== BLOCK_KIND) throw invalidArtifactError('neither a block nor the footer where one must be');
  const storage = bytes[1];
  const storedBytes = bytes.readUInt32BE(2);
  const rawBytes = bytes.readUInt32BE(6);
  const entries = bytes.readUInt32BE(10);
  if (storage !== STORED_PLAIN && storage !== STORED_ZSTD) {
    throw invalidArtifactError(`a block is stored in an unknown way: ${storage}`);
  }
  if (rawBytes > MAX_BLOCK_BYTES || storedBytes > rawBytes) {
    throw invalidArtifactError(`a block has impossible lengths: ${rawBytes} bytes, stored in ${storedBytes}`);
  }
  if (entries === 0) throw invalidArtifactError('a block without entries');
  return { kind: 'block', storage, storedBytes, rawBytes, entries };
}

function decodeFooter(bytes: Buffer): FooterFrame {
  const storedBytes = bytes.readUInt32BE(2);
  if (bytes[1] !== 0 || storedBytes > MAX_CURSOR_BYTES) throw invalidArtifactError('the footer is malformed');
  return { kind: 'footer', storedBytes, entries: Number(bytes.readBigUInt64BE(6)) };
}

/** @throws `ARTIFACT_INVALID` when the frame and its payload fail the checksum. */
export function checkFrame(frame: Buffer, payload: Uint8Array): void {
  if (checksumOf(frame, payload) === frame.readUInt32BE(FRAME_CHECKED_BYTES)) return;
  throw invalidArtifactError(`${frame[0] === FOOTER_KIND ? 'the footer' : 'a block'} fails its checksum`);
}

/** @throws `ARTIFACT_INVALID` when the payload of a footer is not a cursor. */
export function decodeCursor(payload: Uint8Array): WatchCursor {
  try {
    return WatchCursor.fromBytes(payload);
  } catch (error) {
    throw invalidArtifactError(`the footer holds no cursor: ${String(error)}`, error);
  }
}

function checksumOf(frame: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(frame.subarray(0, FRAME_CHECKED_BYTES)));
}
