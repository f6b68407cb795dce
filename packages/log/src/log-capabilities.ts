import type { SnapshotCapabilities } from '@slipstream/core';

/** What this engine can do. */
export const logCapabilities: SnapshotCapabilities = Object.freeze({
  durable: true,
  synchronousReads: true,
  synchronousRanges: true,
  checkpoint: true,
  checksums: true,
});
