import { crc32 } from 'node:zlib';
import { decodeRecord, type KvEntry, type KvUpdate, recordLength, writeRecord } from '@slipstream/core';

// What is stored under a key: the record, then the CRC-32 of key and record, big-endian. LevelDB's own checksums
// are not verified when classic-level reads: without this, nearly every flipped bit in a table would be served.
const CHECKSUM_BYTES = 4;

/** The record of an update, with a checksum that goes for this key only. */
export function sealRecord(entryKey: Uint8Array, { version, value }: KvUpdate): Uint8Array {
  const sealed = new Uint8Array(recordLength(version, value) + CHECKSUM_BYTES);
  const checksumAt = writeRecord(sealed, 0, version, value);
  const checksum = crc32(sealed.subarray(0, checksumAt), crc32(entryKey));
  new DataView(sealed.buffer).setUint32(checksumAt, checksum);
  return sealed;
}

/**
 * The entry of `key` that was sealed under `entryKey`, with a value of its own; `undefined` when the bytes are
 * not the ones that were written, or not under this key.
 */
export function openRecord(key: string, entryKey: Uint8Array, sealed: Uint8Array): KvEntry | undefined {
  const checksumAt = sealed.length - CHECKSUM_BYTES;
  if (checksumAt < 0) return undefined;
  const record = sealed.subarray(0, checksumAt);
  const checksum = new DataView(sealed.buffer, sealed.byteOffset).getUint32(checksumAt);
  return crc32(record, crc32(entryKey)) === checksum ? decodeRecord(key, record) : undefined;
}
