import type { SnapshotCapabilities } from '@slipstream/core';

/** What this engine can do. LMDB has no checksums: a flipped bit in a value is served. */
export const lmdbCapabilities: SnapshotCapabilities = Object.freeze({
  durable: true,
  synchronousReads: true,
  synchronousRanges: true,
  checkpoint: true,
  checksums: false,
});
