import { type Claim, figure } from './claim.js';
import type { OutageEvidence } from './evidence.js';

/** The nodes served without the bucket, and needed only the delta after it. */
export function outageClaims(evidence: OutageEvidence): Claim[] {
  const { head, dueEntries, lookups, during, restarted, changesAfter, deliveredAfter } = evidence;
  const asked = lookups.right + lookups.wrong.length + lookups.failed.length;
  const { name, opened, delivered } = restarted;
  return [
    {
      holds: asked > 0 && lookups.right === asked,
      text: `during the outage ${figure(lookups.right)} of ${figure(asked)} lookups were answered, and right`,
    },
    {
      holds: during.length > 0 && during.every(({ state }) => state === 'stale'),
      text: `at its end the nodes called themselves ${tell(during.map((each) => [each.name, each.state]))}`,
    },
    {
      holds: opened.revision === head && opened.entries === dueEntries && delivered.updates === 0,
      text:
        `${name}, killed and restarted in the outage, served ${figure(opened.entries)} routes ` +
        `(${figure(dueEntries)} by the ledger) of revision ${figure(opened.revision)} (${figure(head)}), ` +
        `having been delivered ${figure(delivered.updates)}`,
    },
    {
      holds: deliveredAfter.length > 0 && deliveredAfter.every(({ updates }) => updates === changesAfter),
      text:
        `after it, ${figure(changesAfter)} changes were made, and delivered were ` +
        tell(deliveredAfter.map((each) => [each.name, figure(each.updates)])),
    },
  ];
}

/** What is to be said of each node, said once when it is the same of all. */
function tell(saidOf: readonly (readonly [name: string, said: string])[]): string {
  const [first] = saidOf;
  if (first === undefined) return 'none';
  if (saidOf.every(([, said]) => said === first[1])) return `${first[1]} (each of ${saidOf.length} nodes)`;
  return saidOf.map(([name, said]) => `${said} (${name})`).join(', ');
}
