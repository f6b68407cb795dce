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
      text: `the nodes said what they were: ${during.map((each) => `${each.name} ${each.state}`).join(', ')}`,
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
        deliveredAfter.map((each) => `${figure(each.updates)} to ${each.name}`).join(', '),
    },
  ];
}
