import { waitUntil } from '../lifetime/wait-until.js';
import type { NodeHealth } from '../node/node-health.js';
import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import type { OutageEvidence } from '../verdict/evidence.js';
import { settleLookups } from './settle-lookups.js';

const DEADLINE_MS = 60_000;
/** What a node that has just restarted is asked at once. */
const FIRST_LOOKUPS = 20;

/**
 * Takes the bucket away for a while, kills and restarts a node meanwhile, and brings the bucket back. The
 * nodes have caught up before, so that afterwards exactly the changes made then have to be delivered.
 */
export async function cutTheFleetOff(stage: Stage): Promise<OutageEvidence> {
  const { source, changes, writers, ledger, fleet, audit, options, narrator, signal } = stage;
  await fleet.untilAllApplied(ledger.head);
  await settleLookups(stage);
  const { head } = ledger;
  const dueEntries = ledger.tableAt(head).length;

  await source.cutOff();
  narrator.say(source.outage.begins);
  await Promise.all(fleet.up.map((member) => fleet.until(member, 'be stale', isStale)));
  narrator.say('every node says that it is stale, and goes on serving');

  // The node that began with an artifact, which its fold has moved past by now.
  const victim = fleet.member(options.nodes);
  const pid = await victim.kill();
  signal.throwIfAborted();
  const startMs = await victim.start();
  for (const key of changes.known.slice(-FIRST_LOOKUPS)) audit.answered(await victim.lookUp(key));
  const restarted = await victim.health();
  narrator.say(
    `${victim.name} (process ${pid}) is killed with SIGKILL and restarted: with no bucket to ask, ` +
      `it serves ${figure(restarted.entries)} routes after ${figure(Math.round(startMs))} ms`,
  );

  await waitUntil(() => (audit.count >= options.changes * 3 ? true : undefined), {
    what: 'lookups during the outage',
    deadlineMs: DEADLINE_MS,
    signal,
  });
  const during = await healthOfAll(stage);
  const before = new Map(during.map(({ name, delivered }) => [name, delivered.updates]));
  const lookups = await settleLookups(stage);
  narrator.say(`${figure(lookups.right)} lookups answered without the bucket`);

  await source.restore();
  narrator.say(source.outage.ends);
  const changesAfter = Math.ceil(options.changes / 2);
  await writers.write(changes.distinct(changesAfter), { ratePerSecond: options.ratePerSecond });
  const after = await fleet.untilAllApplied(ledger.head);
  await settleLookups(stage);
  narrator.say(`${figure(changesAfter)} changes made, and every node has caught up`);

  return {
    head,
    dueEntries,
    lookups,
    during,
    restarted,
    changesAfter,
    deliveredAfter: after.map(({ name, delivered }) => ({
      name,
      updates: delivered.updates - (before.get(name) ?? 0),
    })),
  };
}

function isStale({ state }: NodeHealth): boolean {
  return state === 'stale';
}

function healthOfAll({ fleet }: Stage): Promise<readonly NodeHealth[]> {
  return Promise.all(fleet.up.map((member) => member.health()));
}
