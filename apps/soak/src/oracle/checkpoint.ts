import { WatchCursor } from '@slipstream/core';
import type { FleetMember } from '../fleet/fleet-member.js';
import { waitUntil } from '../lifetime/wait-until.js';
import type { NodeState } from '../node/node-protocol.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';
import { compareTables, type Difference, describeDifference, type Table } from './compare-tables.js';
import { isRevived } from './is-revived.js';
import { Violation } from './violation.js';

const CATCH_UP_DEADLINE_MS = 60_000;
const SHOWN_DIFFERENCES = 40;

/**
 * With writers and faults at rest: waits until every node has caught up, and compares every fold with its bucket
 * in names, versions and values.
 *
 * @throws {Violation} when a node does not catch up, or a fold differs
 */
export async function checkpoint(world: World, signal: AbortSignal): Promise<void> {
  world.tally.checkpoints += 1;
  for (const bucket of world.buckets) await checkBucket(world, bucket, signal);
}

async function checkBucket(world: World, bucket: SoakBucket, signal: AbortSignal): Promise<void> {
  const { fleet, tally } = world;
  const members = fleet.members.filter(({ settings }) => settings.bucket === bucket.name);
  const mark = await persistently(() => bucket.mark(tally.checkpoints), `a write to ${bucket.name}`, signal);
  const table = await persistently(() => bucket.table(), `a listing of ${bucket.name}`, signal);
  assertKept(bucket, table);
  for (const member of members) await caughtUp(member, mark, signal);
  if (bucket.settings.evicts) await Promise.all(members.map((member) => attachAgain(member, mark, signal)));
  const revived = new Set<string>();
  for (const member of members) {
    for (const key of await checkFold(world, bucket, member, table)) revived.add(key);
  }
  bucket.ledger.settle(table, mark);
  tally.revived += revived.size;
  for (const key of revived) {
    const row = table.get(key);
    if (row !== undefined) bucket.ledger.revive(key, row);
  }
}

/** Compares a fold with its bucket; resolves to the keys that a crash had revived and a scrub had to mend. */
async function checkFold(
  { tally, history }: World,
  bucket: SoakBucket,
  member: FleetMember,
  table: Table,
): Promise<readonly string[]> {
  const { prefix = '' } = member.settings;
  const due: Table = new Map([...table].filter(([key]) => key.startsWith(prefix)));
  tally.comparisons += 1;
  tally.compared += due.size;
  const differences = compareTables(due, await member.table());
  if (differences.length === 0) return [];
  const canBeRevived = (tally.faults.get('server killed') ?? 0) > 0;
  if (!canBeRevived || !differences.every((each) => isRevived(each, bucket)))
    throw differs(member, differences);
  const repaired = await member.scrub();
  history.note(`${member.title}: a scrub mended ${repaired} keys that the killed server had revived`);
  tally.scrubs += 1;
  const left = compareTables(due, await member.table());
  if (left.length > 0) throw differs(member, left);
  return differences.map(({ key }) => key);
}

/** The oracle's own eyes: what the server acknowledged and lost would be no fault of a fold. */
function assertKept(bucket: SoakBucket, table: Table): void {
  if (bucket.settings.evicts) return;
  const lost = bucket.ledger.lostBy(table);
  if (lost.length > 0)
    throw new Violation(`the server lost ${lost.length} acknowledged writes`, { evidence: lost });
}

async function caughtUp(member: FleetMember, revision: number, signal: AbortSignal): Promise<NodeState> {
  let last: NodeState | undefined;
  const isThere = async (): Promise<NodeState | undefined> => {
    last = await member.state();
    const applied = Number(WatchCursor.parse(last.cursor).revision ?? 0n);
    return last.state === 'live' && applied >= revision ? last : undefined;
  };
  return waitUntil(isThere, {
    what: () => `${member.title} to be live at revision ${revision}: it is ${last?.state} at ${last?.cursor}`,
    deadlineMs: CATCH_UP_DEADLINE_MS,
    signal,
  });
}

/** Evictions are found out at an attachment. */
async function attachAgain(member: FleetMember, revision: number, signal: AbortSignal): Promise<void> {
  const { sessions } = await member.state();
  member.line.cut();
  await waitUntil(
    async () => {
      const state = await caughtUp(member, revision, signal);
      return state.sessions > sessions ? state : undefined;
    },
    { what: () => `${member.title} to attach again`, deadlineMs: CATCH_UP_DEADLINE_MS, signal },
  );
}

/** The server has just come back, and the oracle's own connection may not have. */
async function persistently<T>(request: () => Promise<T>, what: string, signal: AbortSignal): Promise<T> {
  let reason: unknown;
  const attempt = (): Promise<T | undefined> =>
    request().catch((error: unknown) => {
      reason = error;
      return undefined;
    });
  return waitUntil(attempt, { what: () => `${what}: ${reason}`, deadlineMs: CATCH_UP_DEADLINE_MS, signal });
}

function differs(member: FleetMember, differences: readonly Difference[]): Violation {
  const shown = differences.slice(0, SHOWN_DIFFERENCES).map(describeDifference);
  const hidden = differences.length - shown.length;
  return new Violation(
    `the fold of ${member.title} differs from its bucket in ${differences.length} keys, at ${member.cursors.last}`,
    { evidence: hidden > 0 ? [...shown, `and ${hidden} more`] : shown },
  );
}
