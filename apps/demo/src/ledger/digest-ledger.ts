import { compareKeys } from '@slipstream/core';
import type { Ledger } from './ledger.js';
import { digestTable, type TableDigest } from './table-digest.js';

/** Digests the table as it was at `revision`, by the ledger. */
export function digestLedger(ledger: Ledger, revision: number): TableDigest {
  const table = ledger.tableAt(revision).sort((a, b) => compareKeys(a.key, b.key));
  return digestTable(table.map(({ key, revision, value = '' }) => ({ key, revision, value })));
}
