import { MAX_VERSION_BYTES, VersionToken } from '@slipstream/core';

/** A version as stored: a revision as an integer, which other tools can read, any other as bytes. */
export type VersionColumn = bigint | Uint8Array;

export function encodeVersion(version: VersionToken): VersionColumn {
  const { revision } = version;
  // A number would be bound as floating point, and a revision above this limit would be read back as such.
  return revision !== undefined && revision <= Number.MAX_SAFE_INTEGER ? revision : version.bytes;
}

/** `undefined` when it does not decode, which is damage. */
export function decodeVersion(column: unknown): VersionToken | undefined {
  if (typeof column === 'number') {
    return Number.isSafeInteger(column) && column >= 0 ? VersionToken.fromRevision(column) : undefined;
  }
  if (!(column instanceof Uint8Array) || column.length > MAX_VERSION_BYTES) return undefined;
  return VersionToken.fromBytes(column);
}
