import { type Claim, figure } from './claim.js';
import type { DeltaEvidence } from './evidence.js';

/** Changes that were made between the process's fold and its start, in any case. */
export interface ChangesMissed {
  readonly count: number;
  /** When they were made: "made while it was dead". */
  readonly made: string;
}

/** The process was delivered what lies after its fold's cursor, and nothing else. */
export function deltaClaims(evidence: DeltaEvidence, missed: ChangesMissed): Claim[] {
  const { health, due, countedByBucket, replayUpdates } = evidence;
  const { name, opened, delivered } = health;
  return [
    {
      holds: delivered.updates === due.updates && due.updates >= missed.count,
      text:
        `${name} was delivered ${figure(delivered.updates)} updates since its start; after its cursor lie ` +
        `${figure(due.updates)}, ${figure(missed.count)} of them ${missed.made}`,
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
