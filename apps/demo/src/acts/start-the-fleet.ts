import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';

/** Starts the nodes, whose folds are empty: this once, everything has to travel. */
export async function startTheFleet({ fleet, ledger, narrator }: Stage): Promise<void> {
  const startedAt = performance.now();
  await fleet.start();
  await fleet.untilAllApplied(ledger.head);
  for (const member of fleet.members) {
    const { name, pid, opened, delivered } = await member.health();
    narrator.say(
      `${name} (process ${pid}, ${member.url}) started with ${figure(opened.entries)} routes, ` +
        `was delivered ${figure(delivered.updates)}`,
    );
  }
  narrator.say(`the fleet is live after ${figure(Math.round(performance.now() - startedAt))} ms`);
}
