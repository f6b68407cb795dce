import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import type { RestartEvidence } from '../verdict/evidence.js';
import { churnWhile } from './churn-while.js';
import { measureDelta } from './measure-delta.js';

/** Kills a node amid the churn, goes on writing without it, and restarts it. */
export async function killANode(stage: Stage): Promise<RestartEvidence> {
  const { changes, writers, ledger, fleet, options, narrator, signal } = stage;
  const victim = fleet.member(1);

  const { pid, lastHealth } = await churnWhile(stage, async () => {
    const churned = ledger.head + Math.ceil(options.changes / 4);
    const lastHealth = await fleet.until(victim, `apply revision ${churned}`, (health) => {
      return health.revision >= churned;
    });
    return { pid: await victim.kill(), lastHealth };
  });
  narrator.say(
    `${victim.name} (process ${pid}) is killed with SIGKILL amid the churn; ` +
      `it had reported revision ${figure(lastHealth.revision)}`,
  );

  await writers.write(changes.distinct(options.changes), { ratePerSecond: options.ratePerSecond });
  narrator.say(`${figure(options.changes)} changes made while it was dead, up to ${figure(ledger.head)}`);

  signal.throwIfAborted();
  const startMs = await victim.start();
  narrator.say(`${victim.name} serves lookups again ${figure(Math.round(startMs))} ms after its start`);
  return {
    ...(await measureDelta(stage, victim)),
    reportedRevision: lastHealth.revision,
    changesWhileDead: options.changes,
  };
}
