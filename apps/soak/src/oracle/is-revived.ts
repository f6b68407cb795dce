import type { Difference } from './compare-tables.js';
import type { Ledger } from './ledger.js';

/**
 * Whether a killed server brought an entry back. NATS removes a record (an expired marker, one that an operator
 * purged) without writing that down for good; what the record had replaced is the last of its key again after a
 * crash. No watch can report it, so a fold that lacks the entry is not at fault; `verifyFold` finds it.
 * So do nats-server 2.10.27 and 2.15.1, also with `sync_interval: always`. A delete whose marker stays is never undone.
 */
export function isRevived({ key, due, held }: Difference, ledger: Ledger): boolean {
  return due !== undefined && held === undefined && ledger.isRevivable(key, due.revision);
}
