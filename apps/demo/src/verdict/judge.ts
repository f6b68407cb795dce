import type { LookupTally } from '../ledger/lookup-audit.js';
import { bootstrapClaims } from './bootstrap-claims.js';
import { type Claim, figure } from './claim.js';
import type { Evidence, TableEvidence } from './evidence.js';
import { outageClaims } from './outage-claims.js';
import { restartClaims } from './restart-claims.js';

/** Finds what the run has shown. The proof holds when every claim does. */
export function judge({ restart, bootstrap, outage, tables, lookups }: Evidence): Claim[] {
  return [
    ...restartClaims(restart),
    ...bootstrapClaims(bootstrap),
    ...outageClaims(outage),
    lookupClaim(lookups),
    tableClaim(tables),
  ];
}

function lookupClaim(tallies: readonly LookupTally[]): Claim {
  const right = tallies.reduce((sum, tally) => sum + tally.right, 0);
  const faults = tallies.flatMap(({ wrong, failed }) => [...wrong, ...failed]);
  const asked = right + faults.length;
  const firstFault = faults[0] === undefined ? '' : `; the first that was not: ${faults[0]}`;
  return {
    holds: right > 0 && faults.length === 0,
    text: `of ${figure(asked)} lookups in all, ${figure(right)} were answered by the ledger${firstFault}`,
  };
}

function tableClaim({ nodes, bucket, ledger }: TableEvidence): Claim {
  const agree = (sha256: string): boolean => sha256 === bucket.sha256;
  const different = nodes.filter(({ table }) => !agree(table.sha256)).map(({ name }) => name);
  if (!agree(ledger.sha256)) different.push('the ledger');
  return {
    holds: nodes.length > 0 && different.length === 0,
    text:
      different.length === 0
        ? `${nodes.length} folds, the bucket and the ledger are the same ${figure(bucket.entries)} routes: ` +
          `SHA-256 ${bucket.sha256.slice(0, 16)}…`
        : `other than the bucket (${figure(bucket.entries)} routes) are: ${different.join(', ')}`,
  };
}
