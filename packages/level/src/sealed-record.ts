import { crc32 } from 'node:zlib';
import { decodeRecord, type KvEntry, type KvUpdate, recordLength, writeRecord } from '@slipstream/core';

// What is stored under a key: the record, then the CRC-32 of key and record, big-endian. LevelDB's own checksums
// are not verified when classic-level reads: without this, nearly every flipped bit in a table would be served.
const CHECKSUM_BYTES = 4;

/** The record of an update, with a checksum that goes for this key only. For the engine to copy. */
export function sealRecord(storedKey: string, { version, value }: KvUpdate): Uint8Array {
  // Of Node.js's pool: a buffer of its own would cost more than all the rest.
  const sealed = Buffer.allocUnsafe(recordLength(version, value) + CHECKSUM_BYTES);
  const checksumAt = writeRecord(sealed, 0, version, value);
  sealed.writeUInt32BE(crc32(sealed.subarray(0, checksumAt), crc32(storedKey)), checksumAt);
  return sealed;
}

/**
 * The entry of `key` that was sealed under `storedKey`; `undefined` when the bytes are not the ones that were
 * written, or not under this key.
 * @param isOwned - Whether the engine made `sealed` for this read: then the value is a view of it, else a copy.
 */
export function openRecord(
  key: string,
  { storedKey, sealed, isOwned }: { storedKey: string | Uint8Array; sealed: Uint8Array; isOwned: boolean },
): KvEntry | undefined {
  const checksumAt = sealed.length - CHECKSUM_BYTES;
  if (checksumAt < 0) return undefined;
  const record = sealed.subarray(0, checksumAt);
  if (crc32(record, crc32(storedKey)) !== uint32At(sealed, checksumAt)) return undefined;
  return decodeRecord(key, record, isOwned);
}

/** Big-endian; a `DataView` for one number costs as much as the checksum. */
function uint32At(bytes: Uint8Array, at: number): number {
  let number = 0;
  for (let index = at; index < at + 4; index++) number = number * 0x100 + (bytes[index] as number);
  return number;
}
