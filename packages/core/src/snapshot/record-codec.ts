import { MAX_VERSION_BYTES, VersionToken } from '../cursor/version-token.js';
import type { KvEntry } from '../kv/kv-entry.js';

// A record is what a fold stores under a key: one byte with the length of the version, the version, the value.
const VERSION_AT = 1;
const REVISION_BYTES = 8;

/** The most bytes that a record has besides its value. */
export const RECORD_OVERHEAD_BYTES: number = VERSION_AT + MAX_VERSION_BYTES;

/** Version and value as one byte string, for engines that store one under a key. */
export function encodeRecord(version: VersionToken, value: Uint8Array): Uint8Array {
  const record = new Uint8Array(recordLength(version, value));
  writeRecord(record, 0, version, value);
  return record;
}

/** How many bytes {@link writeRecord} writes. */
export function recordLength(version: VersionToken, value: Uint8Array): number {
  return VERSION_AT + version.byteLength + value.length;
}

/** Writes the record into a buffer of the caller, where there is room for it; returns where it ends. */
export function writeRecord(
  target: Uint8Array,
  start: number,
  version: VersionToken,
  value: Uint8Array,
): number {
  const length = version.byteLength;
  const valueAt = start + VERSION_AT + length;
  target[start] = length;
  version.copyTo(target, start + VERSION_AT);
  target.set(value, valueAt);
  return valueAt + value.length;
}

/**
 * The entry of `key` whose record this is; `undefined` when the bytes are not a record, which is damage. The value is
 * a copy, since `record` may be the engine's own memory; `isOwned`: it is a view of `record`, which the engine
 * made for this one read.
 */
export function decodeRecord(key: string, record: Uint8Array, isOwned = false): KvEntry | undefined {
  const versionLength = record[0];
  if (versionLength === undefined || versionLength > MAX_VERSION_BYTES) return undefined;
  const valueAt = VERSION_AT + versionLength;
  if (valueAt > record.length) return undefined;
  const view = new Uint8Array(record.buffer, record.byteOffset + valueAt, record.length - valueAt);
  return { key, value: isOwned ? view : new Uint8Array(view), version: versionOf(record, versionLength) };
}

function versionOf(record: Uint8Array, length: number): VersionToken {
  if (length === REVISION_BYTES) {
    let revision = 0;
    for (let at = VERSION_AT; at <= REVISION_BYTES; at++)
      revision = revision * 0x100 + (record[at] as number);
    // Nearly every version, without a view for it.
    if (Number.isSafeInteger(revision)) return VersionToken.fromRevision(revision);
  }
  return VersionToken.fromBytes(record.subarray(VERSION_AT, VERSION_AT + length));
}
