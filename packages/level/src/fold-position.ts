import { crc32 } from 'node:zlib';
import { WatchCursor } from '@slipstream/core';

/** Where a fold stands. */
export interface FoldPosition {
  /** Commits since the fold was created: distinguishes two positions with the same cursor. */
  readonly commits: bigint;
  readonly cursor: WatchCursor;
}

// A position is the number of commits as a big-endian u64, the cursor's own bytes, the CRC-32 of both, and whether it
// was flushed. A count is the number of commits, the number of entries, and their CRC-32.
const U64_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** The last byte of every write, when it was flushed before it was acknowledged. */
export const FLUSHED_COMMIT = 1;
const UNFLUSHED_COMMIT = 0;

/** Where a new fold stands. */
export const FIRST_POSITION: FoldPosition = Object.freeze({ commits: 0n, cursor: WatchCursor.none });

/**
 * Has to come last in a write to the database, so that its last byte is the last one of LevelDB's record.
 * @param isFlushed - Whether the write is flushed (`sync`): then everything before it in the log is known to be whole.
 */
export function encodePosition({ commits, cursor }: FoldPosition, isFlushed: boolean): Uint8Array {
  const rest = cursor.toBytes();
  const bytes = new Uint8Array(U64_BYTES + rest.length + CHECKSUM_BYTES + 1);
  viewOf(bytes).setBigUint64(0, commits);
  bytes.set(rest, U64_BYTES);
  writeChecksum(bytes, U64_BYTES + rest.length);
  bytes[bytes.length - 1] = isFlushed ? FLUSHED_COMMIT : UNFLUSHED_COMMIT;
  return bytes;
}

/** `undefined` when the bytes do not decode, which is damage. */
export function decodePosition(bytes: Uint8Array): FoldPosition | undefined {
  const checksumAt = bytes.length - CHECKSUM_BYTES - 1;
  if (checksumAt < U64_BYTES || !isIntact(bytes, checksumAt)) return undefined;
  const cursor = WatchCursor.fromBytes(bytes.subarray(U64_BYTES, checksumAt));
  return { commits: viewOf(bytes).getBigUint64(0), cursor };
}

/** How many entries there are after `commits`. */
export function encodeEntryCount(commits: bigint, entries: number): Uint8Array {
  const bytes = new Uint8Array(2 * U64_BYTES + CHECKSUM_BYTES);
  const view = viewOf(bytes);
  view.setBigUint64(0, commits);
  view.setBigUint64(U64_BYTES, BigInt(entries));
  writeChecksum(bytes, 2 * U64_BYTES);
  return bytes;
}

/** The entries after `commits`; `undefined` when the count is of other commits. */
export function decodeEntryCount(bytes: Uint8Array, commits: bigint): number | undefined {
  if (bytes.length !== 2 * U64_BYTES + CHECKSUM_BYTES || !isIntact(bytes, 2 * U64_BYTES)) return undefined;
  const view = viewOf(bytes);
  return view.getBigUint64(0) === commits ? Number(view.getBigUint64(U64_BYTES)) : undefined;
}

function writeChecksum(bytes: Uint8Array, at: number): void {
  viewOf(bytes).setUint32(at, crc32(bytes.subarray(0, at)));
}

function isIntact(bytes: Uint8Array, checksumAt: number): boolean {
  return viewOf(bytes).getUint32(checksumAt) === crc32(bytes.subarray(0, checksumAt));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
