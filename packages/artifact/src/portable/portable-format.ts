import type { WatchCursor } from '@slipstream/core';

// docs/portable-format.md describes the format byte by byte; these are its numbers.

/** What a manifest says instead of an engine's name. */
export const PORTABLE_BACKEND = 'portable';

/** The version of the format, as manifests carry it. */
export const PORTABLE_VERSION = '1';

/** The one file of a portable artifact. */
export const PORTABLE_PATH = 'data/entries.slp';

/** Not text, and damaged by whatever treats it as text (as PNG's). */
export const MAGIC: Uint8Array = Uint8Array.of(0x89, 0x53, 0x4c, 0x50, 0x0d, 0x0a, 0x1a, 0x0a);

export const FILE_VERSION = 1;

/** Magic, version, three zeros, CRC-32 of these 12 bytes. */
export const FILE_HEADER_BYTES = 16;

/** The frame of a block or the footer: 14 bytes, then the CRC-32 of these and of the payload that follows. */
export const FRAME_BYTES = 18;

/** The part of a frame that its checksum covers, before the payload. */
export const FRAME_CHECKED_BYTES = 14;

export const BLOCK_KIND = 0x42;
export const FOOTER_KIND = 0x45;

export const STORED_PLAIN = 0;
export const STORED_ZSTD = 1;

/**
 * A block is closed when it has reached this size, before compression. Larger ones compress no better (the
 * keys of a bucket are alike within a few KiB), and each side holds two in memory.
 */
export const BLOCK_TARGET_BYTES: number = 256 * 1024;

/**
 * The largest block that is read: room for an entry with the largest value that a nats-server can be
 * configured for (64 MiB), and the bound of what a hostile block can make a reader allocate.
 */
export const MAX_BLOCK_BYTES: number = 68 * 1024 * 1024;

/** The longest cursor: a version of 10 bytes and an epoch of 255, with their lengths, format, time and scope. */
export const MAX_CURSOR_BYTES = 284;

/** How the blocks of a portable artifact are stored. */
export type PortableCompression = 'zstd' | 'none';

/** What a file holds in all. */
export interface PortableTotals {
  readonly entries: number;
  /** What the entries belong to. */
  readonly cursor: WatchCursor;
  /** Of the blocks, before compression. */
  readonly bytes: number;
}
