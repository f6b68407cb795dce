import { crc32 } from 'node:zlib';

// docs/log-format.md, "File header". Its layout is the same in every version of the format.
//
//   0  8 bytes   magic
//   8  u32       version of the format
//  12  16 bytes  identity of the file, random
//  28  u32       checksum of the 28 bytes before it (CRC-32)

/** The version of the format that this package writes, and the only one it reads. */
export const FORMAT_VERSION = 1;

export const FILE_HEADER_BYTES = 32;

/** Length of a file's identity. */
export const IDENTITY_BYTES = 16;
const CHECKSUM_AT = 28;

// A byte that no text has, the name, a line end that a text transfer would change, and an end of file for
// terminals: damage by a transfer in text mode shows in the first bytes.
const MAGIC = Buffer.from([0x89, 0x53, 0x4c, 0x4f, 0x47, 0x0d, 0x0a, 0x1a]);

/** What the first bytes of a file say. */
export type FileHeader =
  /** `seed` starts the checksum of every frame of this file. */
  | { readonly kind: 'readable'; readonly seed: number }
  | { readonly kind: 'other-version'; readonly version: number }
  | { readonly kind: 'no-log' }
  | { readonly kind: 'damaged' };

/** A header for a new file. */
export function encodeFileHeader(identity: Uint8Array): Buffer {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.set(MAGIC, 0);
  header.writeUInt32BE(FORMAT_VERSION, 8);
  header.set(identity, 12);
  header.writeUInt32BE(crc32(header.subarray(0, CHECKSUM_AT)), CHECKSUM_AT);
  return header;
}

/** What starts the checksum of every frame of the file with this identity. */
export function fileSeed(identity: Uint8Array): number {
  return crc32(identity);
}

/** Reads the first {@link FILE_HEADER_BYTES} of a file, or fewer where it has no more. */
export function decodeFileHeader(header: Buffer): FileHeader {
  const magic = header.subarray(0, MAGIC.length);
  if (!MAGIC.subarray(0, magic.length).equals(magic)) {
    // A disk that has lost a sector reads as zeros; no other program's file begins so.
    const isOurs = hasRightChecksum(header) || header.every((byte) => byte === 0);
    return { kind: isOurs ? 'damaged' : 'no-log' };
  }
  if (!hasRightChecksum(header)) return { kind: 'damaged' };
  const version = header.readUInt32BE(8);
  if (version !== FORMAT_VERSION) return { kind: 'other-version', version };
  return { kind: 'readable', seed: fileSeed(header.subarray(12, 12 + IDENTITY_BYTES)) };
}

/** Whether the checksum is right for the magic as it should be, and the rest as it is. */
function hasRightChecksum(header: Buffer): boolean {
  if (header.length < FILE_HEADER_BYTES) return false;
  return header.readUInt32BE(CHECKSUM_AT) === crc32(header.subarray(MAGIC.length, CHECKSUM_AT), crc32(MAGIC));
}
