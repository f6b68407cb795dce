import { crc32 } from 'node:zlib';
import { WatchCursor } from '@slipstream/core';

/** Where a fold stands. */
export interface FoldPosition {
  /** Commits since the fold began: what tells two positions with the same cursor apart. */
  readonly commits: bigint;
  readonly cursor: WatchCursor;
}

// A position is the number of commits as a big-endian u64, the cursor's own bytes, the CRC-32 of both, and how it
// was written. A count is that of the commits, that of the entries, and their CRC-32.
const U64_BYTES = 8;
const CHECKSUM_BYTES = 4;

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
  const bytes = new Uint8Array(U64_BYTES + rest.length + CHECKSUM_BYTES + 1);
  viewOf(bytes).setBigUint64(0, commits);
  bytes.set(rest, U64_BYTES);
  writeChecksum(bytes, U64_BYTES + rest.length);
  bytes[bytes.length - 1] = isFlushed ? FLUSHED_COMMIT : UNFLUSHED_COMMIT;
  return bytes;
}

/** `undefined` when the bytes are no position, which is damage. */
export function decodePosition(bytes: Uint8Array): FoldPosition | undefined {
  const checksumAt = bytes.length - CHECKSUM_BYTES - 1;
  if (checksumAt < U64_BYTES || !isIntact(bytes, checksumAt)) return undefined;
  const cursor = WatchCursor.fromBytes(bytes.subarray(U64_BYTES, checksumAt));
  return { commits: viewOf(bytes).getBigUint64(0), cursor };
}

/** How many entries there are after so many commits. */
export function encodeEntryCount(commits: bigint, entries: number): Uint8Array {
  const bytes = new Uint8Array(2 * U64_BYTES + CHECKSUM_BYTES);
  const view = viewOf(bytes);
  view.setBigUint64(0, commits);
  view.setBigUint64(U64_BYTES, BigInt(entries));
  writeChecksum(bytes, 2 * U64_BYTES);
  return bytes;
}

/** The entries after `commits`; `undefined` when that is not what was counted. */
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
