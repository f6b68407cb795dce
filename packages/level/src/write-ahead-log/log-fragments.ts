import type { FileHandle } from 'node:fs/promises';
import { maskedCrc32c } from './crc32c.js';

// LevelDB's log format (its doc/log_format.md): blocks of 32 KiB; in each, fragments of a header (checksum,
// length, type) and bytes; no fragment crosses a block, and what is too short for a header stays empty.
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const LENGTH_AT = 4;
const TYPE_AT = 6;
const BLOCKS_PER_READ = 32;

/** Which part of a record a fragment is. */
export const FragmentType: Readonly<Record<'full' | 'first' | 'middle' | 'last', number>> = Object.freeze({
  full: 1,
  first: 2,
  middle: 3,
  last: 4,
});

/** A part of a record whose checksum is right; without `bytes`: this part of the log is damaged. */
export interface LogFragment {
  /** Where it begins in the file. */
  readonly start: number;
  readonly type: number;
  /** Valid until the next fragment is asked for. */
  readonly bytes: Uint8Array | undefined;
}

/** The fragments of a log in order. After damage it continues at the next whole one. */
export async function* logFragments(file: FileHandle): AsyncGenerator<LogFragment, void, undefined> {
  const window = Buffer.allocUnsafe(BLOCK_BYTES * BLOCKS_PER_READ);
  for (let offset = 0; ; offset += window.length) {
    const length = await readFully(file, window, offset);
    for (let block = 0; block < length; block += BLOCK_BYTES) {
      yield* blockFragments(window.subarray(block, Math.min(block + BLOCK_BYTES, length)), offset + block);
    }
    if (length < window.length) return;
  }
}

function* blockFragments(block: Buffer, offset: number): Generator<LogFragment, void, undefined> {
  for (let at = 0; at + HEADER_BYTES <= block.length; ) {
    const type = block[at + TYPE_AT] as number;
    const end = fragmentEnd(block, at);
    if (end === undefined) {
      yield { start: offset + at, type, bytes: undefined };
      at += 1;
      while (at + HEADER_BYTES <= block.length && fragmentEnd(block, at) === undefined) at += 1;
    } else {
      yield { start: offset + at, type, bytes: block.subarray(at + HEADER_BYTES, end) };
      at = end;
    }
  }
}

/** Where the fragment at `at` ends; `undefined`: there is none, or it is damaged. */
function fragmentEnd(block: Buffer, at: number): number | undefined {
  const type = block[at + TYPE_AT] as number;
  if (type < FragmentType.full || type > FragmentType.last) return undefined;
  const end = at + HEADER_BYTES + block.readUInt16LE(at + LENGTH_AT);
  if (end > block.length) return undefined;
  return block.readUInt32LE(at) === maskedCrc32c(block, at + TYPE_AT, end) ? end : undefined;
}

/** Fills the buffer as far as the file goes. */
async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
