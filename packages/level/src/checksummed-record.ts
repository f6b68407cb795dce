import { crc32 } from 'node:zlib';
import { decodeRecord, type KvEntry, type KvUpdate, recordLength, writeRecord } from '@slipstream/core';
import { mostKeyBytes, writeEntryKey } from './keyspace.js';
import { BYTES, type LevelBatch } from './level-engine.js';

// Stored under a key: the record, then the CRC-32 of key and record, big-endian. classic-level does not verify
// LevelDB's own checksums when it reads: without this one, nearly every flipped bit in a table would be served.
const CHECKSUM_BYTES = 4;

/** Larger entries are written in memory of their own. */
const SCRATCH_BYTES = 65_536;

/** Adds updates to batches: their keys, and their records with a checksum over key and record. */
export class ChecksummedRecordWriter {
  /** Where one entry after the other is encoded; the engine makes its own copy of each. */
  readonly #scratch: Buffer | undefined;

  /** @param isCopied - Whether a batch copies what it is given before it returns. */
  constructor(isCopied: boolean) {
    this.#scratch = isCopied ? Buffer.allocUnsafeSlow(SCRATCH_BYTES) : undefined;
  }

  addTo(batch: LevelBatch, { kind, key, version, value }: KvUpdate): void {
    const bytes = this.#roomFor(mostKeyBytes(key) + recordLength(version, value) + CHECKSUM_BYTES);
    const keyEnd = writeEntryKey(bytes, key);
    const storedKey = bytes.subarray(0, keyEnd);
    if (kind !== 'put') return void batch.del(storedKey, BYTES);
    const checksumAt = writeRecord(bytes, keyEnd, version, value);
    const end = bytes.writeUInt32BE(crc32(bytes.subarray(0, checksumAt)), checksumAt);
    batch.put(storedKey, bytes.subarray(keyEnd, end), BYTES);
  }

  #roomFor(bytes: number): Buffer {
    const scratch = this.#scratch;
    return scratch !== undefined && bytes <= scratch.length ? scratch : Buffer.allocUnsafe(bytes);
  }
}

/**
 * The entry of `key` that is stored under `storedKey`; `undefined` when the checksum does not match.
 * @param isOwned - Whether the engine made `stored` for this read: then the value is a view of it, else a copy.
 */
export function readChecksummedRecord(
  key: string,
  { storedKey, stored, isOwned }: { storedKey: string | Uint8Array; stored: Uint8Array; isOwned: boolean },
): KvEntry | undefined {
  if (!hasRightChecksum(storedKey, stored)) return undefined;
  return decodeRecord(key, stored.subarray(0, stored.length - CHECKSUM_BYTES), isOwned);
}

/** Whether the bytes are what was written under this key. */
export function hasRightChecksum(storedKey: string | Uint8Array, stored: Uint8Array): boolean {
  const checksumAt = stored.length - CHECKSUM_BYTES;
  if (checksumAt < 0) return false;
  return crc32(stored.subarray(0, checksumAt), crc32(storedKey)) === uint32At(stored, checksumAt);
}

/** Big-endian; a `DataView` for one number costs as much as the checksum. */
function uint32At(bytes: Uint8Array, at: number): number {
  let number = 0;
  for (let index = at; index < at + 4; index++) number = number * 0x100 + (bytes[index] as number);
  return number;
}
