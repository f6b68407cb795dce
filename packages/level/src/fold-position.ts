import { WatchCursor } from '@slipstream/core';

/** Where a fold stands. */
export interface FoldPosition {
  /** Commits since the fold began: what tells two positions with the same cursor apart. */
  readonly commits: bigint;
  readonly cursor: WatchCursor;
}

// A position is the number of commits as a big-endian u64, the cursor's own bytes, and how it was written. A
// count is that of the commits, then that of the entries.
const U64_BYTES = 8;

/** The last byte of every write, when it was flushed before it was acknowledged. */
export const FLUSHED_COMMIT = 1;
const UNFLUSHED_COMMIT = 0;

/** Where a fold stands at birth. */
export const FIRST_POSITION: FoldPosition = Object.freeze({ commits: 0n, cursor: WatchCursor.none });

/**
 * Has to be the last that a write to the database contains: its last byte then is the last of LevelDB's record.
 * @param isFlushed - Whether the write is flushed (`sync`): what follows in the log proves it whole.
 */
export function encodePosition({ commits, cursor }: FoldPosition, isFlushed: boolean): Uint8Array {
  const rest = cursor.toBytes();
  const bytes = new Uint8Array(U64_BYTES + rest.length + 1);
  new DataView(bytes.buffer).setBigUint64(0, commits);
  bytes.set(rest, U64_BYTES);
  bytes[bytes.length - 1] = isFlushed ? FLUSHED_COMMIT : UNFLUSHED_COMMIT;
  return bytes;
}

/** `undefined` when the bytes are no position, which is damage. */
export function decodePosition(bytes: Uint8Array): FoldPosition | undefined {
  const commits = readU64(bytes, 0);
  if (commits === undefined) return undefined;
  try {
    return { commits, cursor: WatchCursor.fromBytes(bytes.subarray(U64_BYTES, -1)) };
  } catch {
    return undefined;
  }
}

/** How many entries there are after so many commits. */
export function encodeEntryCount(commits: bigint, entries: number): Uint8Array {
  const bytes = new Uint8Array(2 * U64_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, commits);
  view.setBigUint64(U64_BYTES, BigInt(entries));
  return bytes;
}

/** The entries after `commits`; `undefined` when that is not what was counted. */
export function decodeEntryCount(bytes: Uint8Array, commits: bigint): number | undefined {
  if (readU64(bytes, 0) !== commits) return undefined;
  const entries = readU64(bytes, U64_BYTES);
  return entries === undefined ? undefined : Number(entries);
}

function readU64(bytes: Uint8Array, at: number): bigint | undefined {
  if (bytes.length < at + U64_BYTES) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at);
}
