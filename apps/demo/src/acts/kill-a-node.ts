import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import type { RestartEvidence } from '../verdict/evidence.js';
import { settleLookups } from './settle-lookups.js';

/**
 * Kills a node amid the churn, goes on writing without it, and restarts it. Nothing is written while it
 * catches up, so that what it has to be delivered can be computed from the ledger, to the update.
 */
export async function killANode(stage: Stage): Promise<RestartEvidence> {
  const { source, changes, writers, ledger, fleet, options, narrator, signal } = stage;
  const { ratePerSecond } = options;
  const victim = fleet.member(1);

  const killed = new AbortController();
  const churn = writers.write(changes.churn(), { ratePerSecond, until: killed.signal });
  // It is awaited after the kill; a failure before that must not count as nobody's.
  churn.catch(() => undefined);
  const churned = ledger.head + Math.ceil(options.changes / 4);
  const lastHealth = await fleet.until(victim, `apply revision ${churned}`, (health) => {
    return health.revision >= churned;
  });
  const pid = await victim.kill();
  killed.abort();
  await churn;
  narrator.say(
    `${victim.name} (process ${pid}) is killed with SIGKILL amid the churn; ` +
      `it had reported revision ${figure(lastHealth.revision)}`,
  );

  await writers.write(changes.distinct(options.changes), { ratePerSecond });
  narrator.say(`${figure(options.changes)} changes made while it was dead, up to ${figure(ledger.head)}`);

  signal.throwIfAborted();
  const startMs = await victim.start();
  narrator.say(`${victim.name} serves lookups again ${figure(Math.round(startMs))} ms after its start`);
  const health = await fleet.untilApplied(victim, ledger.head);
  await settleLookups(stage);

  const due = ledger.after(health.opened.revision);
  narrator.say(
    `${victim.name} caught up from revision ${figure(health.opened.revision)}, ` +
      `delivered ${figure(health.delivered.updates)}`,
  );
  return {
    reportedRevision: lastHealth.revision,
    changesWhileDead: options.changes,
    health,
    dueEntries: ledger.tableAt(health.opened.revision).length,
    due: { updates: due.length, firstRevision: due[0]?.revision },
    countedByBucket: await source.countDelivered?.(health.opened.revision),
    replayUpdates: ledger.after(0).length,
  };
}
