import { crc32 } from 'node:zlib';
import { invalidArtifact } from '../artifact-errors.js';
import {
  BLOCK_KIND,
  FILE_HEADER_BYTES,
  FILE_VERSION,
  FOOTER_KIND,
  FRAME_BYTES,
  FRAME_CHECKED_BYTES,
  MAGIC,
  MAX_BLOCK_BYTES,
  STORED_PLAIN,
  STORED_ZSTD,
} from './portable-format.js';

const HEADER_CHECKED_BYTES = 12;

/** What begins a block. */
export interface BlockFrame {
  readonly kind: 'block';
  readonly storage: typeof STORED_PLAIN | typeof STORED_ZSTD;
  /** Of the payload in the file. */
  readonly storedBytes: number;
  /** Of the payload before compression. */
  readonly rawBytes: number;
  readonly entries: number;
}

/** What ends a file. */
export interface FooterFrame {
  readonly kind: 'footer';
  readonly entries: number;
  readonly blocks: number;
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
  throw invalidArtifact(
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

export function encodeFooter({ entries, blocks }: Omit<FooterFrame, 'kind'>): Uint8Array {
  const bytes = Buffer.alloc(FRAME_BYTES);
  bytes[0] = FOOTER_KIND;
  bytes.writeBigUInt64BE(BigInt(entries), 2);
  bytes.writeUInt32BE(blocks, 10);
  bytes.writeUInt32BE(checksumOf(bytes), FRAME_CHECKED_BYTES);
  return bytes;
}

/**
 * Reads a frame. A footer is checked; a block has its checksum checked with its payload, by
 * {@link checkBlock}, and its lengths bounded here, before anybody allocates them.
 * @throws `ARTIFACT_INVALID`
 */
export function decodeFrame(bytes: Buffer): BlockFrame | FooterFrame {
  if (bytes[0] === FOOTER_KIND) {
    if (bytes[1] !== 0 || checksumOf(bytes) !== bytes.readUInt32BE(FRAME_CHECKED_BYTES)) {
      throw invalidArtifact('the footer fails its checksum');
    }
    return { kind: 'footer', entries: Number(bytes.readBigUInt64BE(2)), blocks: bytes.readUInt32BE(10) };
  }
  if (bytes[0] !== BLOCK_KIND) throw invalidArtifact('neither a block nor the footer where one has to be');
  const storage = bytes[1];
  const storedBytes = bytes.readUInt32BE(2);
  const rawBytes = bytes.readUInt32BE(6);
  const entries = bytes.readUInt32BE(10);
  if (storage !== STORED_PLAIN && storage !== STORED_ZSTD) {
    throw invalidArtifact(`a block is stored in an unknown way: ${storage}`);
  }
  if (rawBytes > MAX_BLOCK_BYTES || storedBytes > rawBytes) {
    throw invalidArtifact(`a block of ${rawBytes} bytes, stored in ${storedBytes}, is not possible`);
  }
  if (entries === 0) throw invalidArtifact('a block without entries');
  return { kind: 'block', storage, storedBytes, rawBytes, entries };
}

/** @throws `ARTIFACT_INVALID` when the frame and its payload fail the checksum. */
export function checkBlock(frame: Buffer, payload: Uint8Array): void {
  if (checksumOf(frame, payload) !== frame.readUInt32BE(FRAME_CHECKED_BYTES)) {
    throw invalidArtifact('a block fails its checksum');
  }
}

function checksumOf(frame: Uint8Array, payload?: Uint8Array): number {
  const checksum = crc32(frame.subarray(0, FRAME_CHECKED_BYTES));
  return payload === undefined ? checksum : crc32(payload, checksum);
}
