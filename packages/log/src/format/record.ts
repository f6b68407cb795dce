import { crc32 } from 'node:zlib';
import {
  type KvEntry,
  type KvUpdate,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  MAX_VERSION_BYTES,
  VersionToken,
} from '@slipstream/core';

// docs/log-format.md, "Record". All numbers are big-endian.
//
//   0  u32  checksum of everything after it (CRC-32)
//   4  u8   kind: 1 put, 2 removal
//   5  u8   length of the version
//   6  u16  length of the key
//   8  u32  length of the value
//  12       version, key (UTF-8), value

const CHECKSUM_BYTES = 4;
const HEADER_BYTES = 12;
const PUT = 1;
const REMOVAL = 2;

// Takes half of the time of `Buffer.write` for texts as short as keys.
const encoder = new TextEncoder();

/** The longest record there can be. */
export const MAX_RECORD_BYTES: number = HEADER_BYTES + MAX_VERSION_BYTES + MAX_KEY_BYTES + MAX_VALUE_BYTES;

/** What a record says of a key, without its value. */
export interface RecordSummary {
  /** Where its key is in the body, in UTF-8. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly isPut: boolean;
  /** Length of the whole record. */
  readonly length: number;
}

/** At least as many bytes as the record of `update` needs. */
export function recordBytesAtMost(update: KvUpdate): number {
  // One UTF-16 unit is at most three bytes of UTF-8.
  return HEADER_BYTES + MAX_VERSION_BYTES + update.key.length * 3 + update.value.length;
}

/** Writes the record of `update` at `start`, where there is room for it; returns where it ends. */
export function encodeRecord(target: Buffer, start: number, update: KvUpdate): number {
  const isPut = update.kind === 'put';
  const versionLength = isPut ? update.version.byteLength : 0;
  const value = isPut ? update.value : NO_BYTES;
  const keyStart = start + HEADER_BYTES + versionLength;
  const { written: keyLength } = encoder.encodeInto(update.key, target.subarray(keyStart));
  const valueStart = keyStart + keyLength;
  const end = valueStart + value.length;
  target[start + 4] = isPut ? PUT : REMOVAL;
  target[start + 5] = versionLength;
  target.writeUInt16BE(keyLength, start + 6);
  target.writeUInt32BE(value.length, start + 8);
  if (isPut) update.version.copyTo(target, start + HEADER_BYTES);
  target.set(value, valueStart);
  target.writeUInt32BE(crc32(target.subarray(start + CHECKSUM_BYTES, end)), start);
  return end;
}

/**
 * The record at `start` of a frame body whose checksum is right; `undefined` when the bytes are not a record, which
 * only a faulty writer can have caused.
 */
export function summarizeRecord(body: Buffer, start: number): RecordSummary | undefined {
  if (start + HEADER_BYTES > body.length) return undefined;
  const kind = body[start + 4];
  const versionLength = body[start + 5] as number;
  const keyLength = body.readUInt16BE(start + 6);
  const valueLength = body.readUInt32BE(start + 8);
  const isPut = kind === PUT;
  if (!isPut && (kind !== REMOVAL || versionLength > 0 || valueLength > 0)) return undefined;
  const keyStart = start + HEADER_BYTES + versionLength;
  const keyEnd = keyStart + keyLength;
  const end = keyEnd + valueLength;
  if (end > body.length || keyLength === 0 || versionLength > MAX_VERSION_BYTES) return undefined;
  return { keyStart, keyEnd, isPut, length: end - start };
}

/** Whether `record` is a whole record and holds what was written. */
export function isIntact(record: Buffer): boolean {
  return record.length >= HEADER_BYTES && record.readUInt32BE(0) === crc32(record.subarray(CHECKSUM_BYTES));
}

/** The entry of an intact put of `key`. The value is a copy: `record` may be reused. */
export function decodeEntry(key: string, record: Buffer): KvEntry {
  const versionEnd = HEADER_BYTES + (record[5] as number);
  return {
    key,
    value: new Uint8Array(record.subarray(versionEnd + record.readUInt16BE(6))),
    version: VersionToken.fromBytes(record.subarray(HEADER_BYTES, versionEnd)),
  };
}

const NO_BYTES = new Uint8Array(0);
