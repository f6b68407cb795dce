import type { LookupTally } from '../ledger/lookup-audit.js';
import type { Stage } from '../stage.js';

/** Judges the lookups since the last time. To be called when no write is under way. */
export async function settleLookups({ lookups, audit, ledger, tallies }: Stage): Promise<LookupTally> {
  await lookups.drain();
  const tally = audit.settle(ledger);
  tallies.push(tally);
  return tally;
}
