import type { KvUpdate } from '@slipstream/core';
import { invalidArtifact } from '../artifact-errors.js';
import { BlockDecoder } from './block-decoder.js';
import { type ByteSource, readFully } from './byte-streams.js';
import { decompress } from './compression.js';
import { checkFileHeader, checkFrame, decodeCursor, decodeFrame } from './frame.js';
import { FILE_HEADER_BYTES, FRAME_BYTES, type PortableTotals } from './portable-format.js';

/** What a reader may be made to hold and to produce. */
export interface ReadLimits {
  /** The size of the file: nothing in it can be longer. */
  readonly fileBytes: number;
  /** Of all blocks, decompressed. */
  readonly maxBytes: number;
}

/**
 * The entries of a portable file, block by block, as updates for a fold; returns the totals after the last.
 * The source is read to its end exactly when that is reached without an error.
 * @throws `ARTIFACT_INVALID` at the first byte that breaks the format: what was yielded before may belong to
 * a file that is refused in the end.
 */
export async function* readEntries(
  source: ByteSource,
  limits: ReadLimits,
): AsyncGenerator<readonly KvUpdate[], PortableTotals, undefined> {
  const decoder = new BlockDecoder();
  let entries = 0;
  let bytes = 0;
  checkFileHeader(await take(source, FILE_HEADER_BYTES, 'its header'));
  for (;;) {
    const head = await take(source, FRAME_BYTES, 'its footer');
    const frame = decodeFrame(head);
    if (frame.kind === 'block') bytes += frame.rawBytes;
    if (frame.storedBytes > limits.fileBytes || bytes > limits.maxBytes) {
      throw invalidArtifact(`more than ${limits.maxBytes} bytes, or than its file can hold`);
    }
    const payload = await take(source, frame.storedBytes, 'the end of a block');
    checkFrame(head, payload);
    if (frame.kind === 'footer') {
      if (frame.entries !== entries) {
        throw invalidArtifact(`the footer says ${frame.entries} entries, and there were ${entries}`);
      }
      if ((await source.read(new Uint8Array(1))) > 0) throw invalidArtifact('bytes after the footer');
      return { entries, bytes, cursor: decodeCursor(payload) };
    }
    const raw = await decompress({ storage: frame.storage, payload }, frame.rawBytes);
    entries += frame.entries;
    yield decoder.decode(raw, frame.entries);
  }
}

async function take(source: ByteSource, length: number, what: string): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  if ((await readFully(source, bytes)) === length) return bytes;
  throw invalidArtifact(`the portable file ends before ${what}`);
}
