import type { RandomAccessFile } from './log-file-system.js';

/** Writes all of `source` at `position`, in one call of the system unless that one stops short. */
export async function writeFully(
  file: RandomAccessFile,
  source: Uint8Array,
  position: number,
): Promise<void> {
  for (let written = 0; written < source.length; ) {
    const count = await file.write(source.subarray(written), position + written);
    // A system that neither writes nor fails would keep the loop running without end.
    if (count === 0) throw new Error(`nothing of ${source.length - written} bytes was written`);
    written += count;
  }
}

/** Reads from `position` until `target` is full or the file ends; returns the bytes read. */
export async function readFully(
  file: RandomAccessFile,
  target: Uint8Array,
  position: number,
): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const count = await file.read(target.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** {@link readFully} without a promise. */
export function readFullySync(file: RandomAccessFile, target: Uint8Array, position: number): number {
  let filled = file.readSync(target, position);
  while (filled > 0 && filled < target.length) {
    const count = file.readSync(target.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
