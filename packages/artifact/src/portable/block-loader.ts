import type { WatchCursor } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import { type ByteSource, readFully } from './byte-streams.js';
import { decompress } from './compression.js';
import { checkFileHeader, checkFrame, decodeCursor, decodeFrame } from './frame.js';
import { FILE_HEADER_BYTES, FRAME_BYTES } from './portable-format.js';

/** What a file may make a reader allocate. */
export interface ReadLimits {
  /** The size of the file: nothing in it can be longer. */
  readonly fileBytes: number;
  /** Of all blocks, decompressed. */
  readonly maxBytes: number;
}

/** A block, verified and decompressed. */
export interface LoadedBlock {
  readonly kind: 'block';
  readonly payload: Uint8Array;
  /** How many the payload has to hold. */
  readonly entries: number;
}

/** What comes after the last block. */
export interface LoadedFooter {
  readonly kind: 'footer';
  /** How many all blocks have to hold. */
  readonly entries: number;
  readonly cursor: WatchCursor;
}

/** Splits one file into its blocks, in order, without decoding them. */
export class BlockLoader {
  readonly #source: ByteSource;
  readonly #limits: ReadLimits;
  #bytes = 0;

  constructor(source: ByteSource, limits: ReadLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  /** Of the blocks so far, decompressed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads the header. */
  async begin(): Promise<void> {
    checkFileHeader(await this.#take(FILE_HEADER_BYTES, 'its header'));
  }

  /**
   * The next block, or the footer, after which the file ends. Allocates nothing that exceeds the limits.
   * @throws `ARTIFACT_INVALID`
   */
  async next(): Promise<LoadedBlock | LoadedFooter> {
    const head = await this.#take(FRAME_BYTES, 'its footer');
    const frame = decodeFrame(head);
    const { fileBytes, maxBytes } = this.#limits;
    if (frame.kind === 'block') this.#bytes += frame.rawBytes;
    if (frame.storedBytes > fileBytes) {
      throw invalidArtifactError(`a ${frame.kind} of ${frame.storedBytes} bytes is longer than the file`);
    }
    if (this.#bytes > maxBytes) throw invalidArtifactError(`more than ${maxBytes} bytes when decompressed`);
    const stored = await this.#take(frame.storedBytes, 'the end of a block');
    checkFrame(head, stored);
    const { entries } = frame;
    if (frame.kind === 'block') {
      const payload = await decompress({ storage: frame.storage, payload: stored }, frame.rawBytes);
      return { kind: 'block', payload, entries };
    }
    if ((await this.#source.read(new Uint8Array(1))) > 0)
      throw invalidArtifactError('bytes after the footer');
    return { kind: 'footer', entries, cursor: decodeCursor(stored) };
  }

  async #take(length: number, what: string): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    if ((await readFully(this.#source, bytes)) === length) return bytes;
    throw invalidArtifactError(`the portable file ends before ${what}`);
  }
}
