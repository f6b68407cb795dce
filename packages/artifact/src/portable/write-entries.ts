import type { KvEntry, WatchCursor } from '@slipstream/core';
import { BlockBuilder } from './block-builder.js';
import type { ByteSink } from './byte-streams.js';
import { compress } from './compression.js';
import { encodeBlockFrame, encodeFileHeader, encodeFooter } from './frame.js';
import type { PortableCompression, PortableTotals } from './portable-format.js';

/** What a file is written with, besides its entries. */
export interface WriteOptions {
  /** What the entries belong to. */
  readonly cursor: WatchCursor;
  readonly compression: PortableCompression;
}

/**
 * Writes entries, which come in key order, as one portable file. Two blocks are in memory at most: while one
 * is compressed and written, the next is filled.
 */
export async function writeEntries(
  entries: AsyncIterable<readonly KvEntry[]>,
  sink: ByteSink,
  { cursor, compression }: WriteOptions,
): Promise<PortableTotals> {
  const blocks = new BlockWriter(sink, compression);
  await sink.write(encodeFileHeader());
  try {
    for await (const some of entries) {
      for (const entry of some) {
        blocks.block.add(entry);
        if (blocks.block.isFull) await blocks.next();
      }
    }
    if (blocks.block.entries > 0) await blocks.next();
  } finally {
    // The caller closes the sink.
    await blocks.idle();
  }
  await blocks.finish(cursor);
  return { entries: blocks.entries, bytes: blocks.bytes, cursor };
}

class BlockWriter {
  readonly #sink: ByteSink;
  readonly #compression: PortableCompression;
  /** The block to fill. */
  block: BlockBuilder = new BlockBuilder();
  entries = 0;
  bytes = 0;
  #spare = new BlockBuilder();
  #writing: Promise<void> = Promise.resolve();

  constructor(sink: ByteSink, compression: PortableCompression) {
    this.#sink = sink;
    this.#compression = compression;
  }

  /** Starts writing the block once the previous one is written, and returns another one to fill. */
  async next(): Promise<void> {
    await this.#writing;
    const full = this.block;
    this.block = this.#spare;
    this.block.clear();
    this.#spare = full;
    this.entries += full.entries;
    this.bytes += full.payload.length;
    this.#writing = this.#write(full);
    // It is awaited with the next block; a failure before that is not unhandled.
    this.#writing.catch(() => undefined);
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  async finish(cursor: WatchCursor): Promise<void> {
    await this.#writing;
    await this.#sink.write(encodeFooter(this.entries, cursor));
  }

  async #write({ payload: raw, entries }: BlockBuilder): Promise<void> {
    const { storage, payload } = await compress(raw, this.#compression);
    const frame = { storage, storedBytes: payload.length, rawBytes: raw.length, entries };
    await this.#sink.write(encodeBlockFrame(frame, payload));
    await this.#sink.write(payload);
  }
}
