import type { FleetMember } from '../fleet/fleet-member.js';
import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import type { DeltaEvidence } from '../verdict/evidence.js';
import { settleLookups } from './settle-lookups.js';

/**
 * Waits until a node that has just started has caught up, and measures what that took. To be called when no
 * write is under way: what it has to be delivered can then be computed from the ledger, to the update.
 */
export async function measureDelta(stage: Stage, member: FleetMember): Promise<DeltaEvidence> {
  const { source, ledger, fleet, narrator } = stage;
  const health = await fleet.untilApplied(member, ledger.head);
  await settleLookups(stage);
  const { opened, delivered } = health;
  narrator.say(
    `${member.name} caught up from revision ${figure(opened.revision)}, ` +
      `delivered ${figure(delivered.updates)}`,
  );
  const due = ledger.after(opened.revision);
  return {
    health,
    dueEntries: ledger.tableAt(opened.revision).length,
    due: { updates: due.length, firstRevision: due[0]?.revision },
    countedByBucket: await source.countDelivered?.(opened.revision),
    replayUpdates: ledger.after(0).length,
  };
}
