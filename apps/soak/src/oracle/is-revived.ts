import type { SoakBucket } from '../world/soak-bucket.js';
import type { Difference } from './compare-tables.js';

/**
 * Whether a killed server brought an entry back that had been deleted or evicted: it keeps removals in memory for a
 * while. No watch can tell anybody, so that a fold lacks the entry is no fault of its own; `verifyFold` finds it.
 */
export function isRevived({ key, due, held }: Difference, { ledger, settings }: SoakBucket): boolean {
  if (due === undefined || held !== undefined) return false;
  const written = ledger.lastKnown(key);
  // A delete without an answer may have been done and undone.
  if (ledger.isUncertain(key)) return written === undefined || due.revision <= written.revision;
  if (written === undefined) return false;
  if (written.value === undefined) return due.revision < written.revision;
  return settings.evicts && due.revision <= written.revision;
}
