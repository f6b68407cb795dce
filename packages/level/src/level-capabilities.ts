import type { SnapshotCapabilities } from '@slipstream/core';

/** What this engine can do. */
export const levelCapabilities: SnapshotCapabilities = Object.freeze({
  durable: true,
  synchronousReads: true,
  // abstract-level has no synchronous iterators.
  synchronousRanges: false,
  checkpoint: true,
  // Records have their own, but LevelDB's indexes do not: classic-level cannot ask that reads verify LevelDB's
  // checksums, so that a flipped bit there can hide an entry, or abort the process.
  checksums: false,
});
