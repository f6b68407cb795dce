import { type Claim, figure } from './claim.js';
import { deltaClaims } from './delta-claims.js';
import type { RestartEvidence } from './evidence.js';

/** The killed node came back with its fold, and was delivered the delta and nothing else. */
export function restartClaims(evidence: RestartEvidence): Claim[] {
  const { reportedRevision, changesWhileDead, health, dueEntries } = evidence;
  const { name, opened } = health;
  return [
    {
      holds: opened.revision > 0 && opened.revision >= reportedRevision && opened.entries === dueEntries,
      text:
        `${name}, killed with SIGKILL, came back with its fold at revision ${figure(opened.revision)} ` +
        `(it had reported ${figure(reportedRevision)}) and ${figure(opened.entries)} routes ` +
        `(${figure(dueEntries)} by the ledger)`,
    },
    ...deltaClaims(evidence, { count: changesWhileDead, made: 'made while it was dead' }),
  ];
}
