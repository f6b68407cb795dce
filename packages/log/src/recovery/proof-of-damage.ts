import type { RandomAccessFile } from '../file-system/log-file-system.js';
import { readFully } from '../file-system/transfer.js';
import { decodeFrameHeader, FRAME_HEADER_BYTES, FRAME_MAGIC } from '../format/frame.js';

const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * Whether what begins at `start` may be the remains of a crash. It may not when a later frame states that
 * an fsync had covered `start`: what was there was durable, and has changed since. Returns the offset of that
 * frame, or `undefined` when there is none.
 *
 * A valid frame alone proves nothing: after a power loss the pages that were never synced are missing in any
 * order, so whole frames may follow a hole.
 */
export async function findProofOfDamage(
  file: RandomAccessFile,
  seed: number,
  start: number,
  end: number,
): Promise<number | undefined> {
  const window = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, end - start));
  for (let at = start; at + FRAME_HEADER_BYTES <= end; ) {
    const bytes = window.subarray(0, await readFully(file, window.subarray(0, end - at), at));
    if (bytes.length < FRAME_HEADER_BYTES) return undefined;
    for (let found = bytes.indexOf(FRAME_MAGIC); found >= 0; found = bytes.indexOf(FRAME_MAGIC, found + 1)) {
      if (found + FRAME_HEADER_BYTES > bytes.length) break;
      const header = decodeFrameHeader(bytes.subarray(found, found + FRAME_HEADER_BYTES), seed);
      if (header !== undefined && header.durableLength > start) return at + found;
    }
    // Windows overlap, so that a header across the end of one is seen whole.
    at += bytes.length - (FRAME_HEADER_BYTES - 1);
  }
  return undefined;
}
