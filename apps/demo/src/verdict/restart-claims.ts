import { type Claim, figure } from './claim.js';
import type { RestartEvidence } from './evidence.js';

/** The killed node came back with its fold, and was delivered the delta and nothing else. */
export function restartClaims(evidence: RestartEvidence): Claim[] {
  const { reportedRevision, changesWhileDead, health, dueEntries, due, countedByBucket, replayUpdates } =
    evidence;
  const { name, opened, delivered } = health;
  return [
    {
      holds: opened.revision > 0 && opened.revision >= reportedRevision && opened.entries === dueEntries,
      text:
        `${name}, killed with SIGKILL, came back with its fold at revision ${figure(opened.revision)} ` +
        `(it had reported ${figure(reportedRevision)}) and ${figure(opened.entries)} routes ` +
        `(${figure(dueEntries)} by the ledger)`,
    },
    {
      holds: delivered.updates === due.updates && due.updates >= changesWhileDead,
      text:
        `${name} was delivered ${figure(delivered.updates)} updates since its start; after its cursor lie ` +
        `${figure(due.updates)}, ${figure(changesWhileDead)} of them made while it was dead`,
    },
    {
      holds:
        delivered.firstRevision === due.firstRevision &&
        delivered.lowestRevision === due.firstRevision &&
        (delivered.lowestRevision ?? 0) > opened.revision,
      text:
        `the first and lowest of them is revision ${figure(delivered.lowestRevision)}: the first after ` +
        `${figure(opened.revision)} that the bucket has (${figure(due.firstRevision)})`,
    },
    ...(countedByBucket === undefined
      ? []
      : [
          {
            holds: countedByBucket === due.updates,
            text: `the server counts the same: ${figure(countedByBucket)} messages delivered to ${name} since then`,
          },
        ]),
    {
      holds: delivered.updates < replayUpdates,
      text: `a replay would have delivered ${figure(replayUpdates)}: ${share(delivered.updates, replayUpdates)} of it travelled`,
    },
  ];
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
