import type { SnapshotCapabilities } from '@slipstream/core';

/** What this engine can do. */
export const sqliteCapabilities: SnapshotCapabilities = Object.freeze({
  durable: true,
  synchronousReads: true,
  synchronousRanges: true,
  checkpoint: true,
  // SQLite checks the structure of a page when it reads one, and sums only in the write-ahead log.
  checksums: false,
});
