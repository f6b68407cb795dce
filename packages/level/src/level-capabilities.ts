import type { SnapshotCapabilities } from '@slipstream/core';

/** The engine's name, as artifacts carry it. */
export const LEVEL_BACKEND = 'level';

/** The version of the layout of keys and records. */
export const LEVEL_FORMAT_VERSION = '1';

/** What this engine can do. */
export const levelCapabilities: SnapshotCapabilities = Object.freeze({
  durable: true,
  synchronousReads: true,
  // abstract-level has no synchronous iterators.
  synchronousRanges: false,
  checkpoint: true,
  // LevelDB's tables have checksums, but classic-level has no way to ask that reads verify them.
  checksums: false,
});
