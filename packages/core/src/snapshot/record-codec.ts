import type { KvEntry } from '../kv/kv-entry.js';
import { MAX_VERSION_BYTES, VersionToken } from '../kv/version-token.js';

// A record is what a fold stores under a key: one byte with the length of the version, the version, the value.
const VERSION_AT = 1;

/** The most that a record is longer than its value, in bytes. */
export const RECORD_OVERHEAD_BYTES: number = VERSION_AT + MAX_VERSION_BYTES;

/** Version and value as one byte string, for engines that store one under a key. */
export function encodeRecord(version: VersionToken, value: Uint8Array): Uint8Array {
  const record = new Uint8Array(recordLength(version, value));
  writeRecord(record, 0, version, value);
  return record;
}

/** How many bytes {@link writeRecord} writes. */
export function recordLength(version: VersionToken, value: Uint8Array): number {
  return VERSION_AT + version.bytes.length + value.length;
}

/** Writes the record into a buffer of the caller, where there is room for it; returns where it ends. */
export function writeRecord(
  target: Uint8Array,
  start: number,
  version: VersionToken,
  value: Uint8Array,
): number {
  const { bytes } = version;
  const valueAt = start + VERSION_AT + bytes.length;
  target[start] = bytes.length;
  target.set(bytes, start + VERSION_AT);
  target.set(value, valueAt);
  return valueAt + value.length;
}

/**
 * The entry of `key` whose record this is; `undefined` when the bytes are none, which is damage. The value is
 * a copy: `record` may be the engine's own memory.
 */
export function decodeRecord(key: string, record: Uint8Array): KvEntry | undefined {
  const versionLength = record[0];
  if (versionLength === undefined || versionLength > MAX_VERSION_BYTES) return undefined;
  const valueAt = VERSION_AT + versionLength;
  if (valueAt > record.length) return undefined;
  return {
    key,
    // Not `slice`: that of Node.js's Buffer is a view.
    value: new Uint8Array(record.subarray(valueAt)),
    version: VersionToken.fromBytes(record.subarray(VERSION_AT, valueAt)),
  };
}
