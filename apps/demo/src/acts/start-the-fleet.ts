import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';

/** Starts the nodes, whose folds are empty: this once, everything has to travel. */
export async function startTheFleet({ fleet, ledger, narrator }: Stage): Promise<void> {
  const startedAt = performance.now();
  await fleet.start();
  for (const { name, opened, delivered, pid } of await fleet.untilAllApplied(ledger.head)) {
    narrator.say(
      `${name} (process ${pid}) started at revision ${figure(opened.revision)} with ` +
        `${figure(opened.entries)} routes, was delivered ${figure(delivered.updates)}`,
    );
  }
  narrator.say(`the fleet is live after ${figure(Math.round(performance.now() - startedAt))} ms`);
}
