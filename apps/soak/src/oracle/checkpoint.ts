import { WatchCursor } from '@slipstream/core';
import type { FleetMember } from '../fleet/fleet-member.js';
import { persistently } from '../lifetime/persistently.js';
import { waitUntil } from '../lifetime/wait-until.js';
import type { NodeState } from '../node/node-protocol.js';
import { CHECKPOINT_KEY, EXPIRING } from '../world/key-space.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';
import { compareTables, type Difference, describeDifference, type Table } from './compare-tables.js';
import { isRevived } from './is-revived.js';
import { Violation } from './violation.js';

const CATCH_UP_DEADLINE_MS = 120_000;
/** Longer than anything takes that expires. */
const EXPIRY_GRACE_MS = 10_000;
const SHOWN_DIFFERENCES = 10;

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
  const { fleet, tally, cluster } = world;
  const members = fleet.members.filter(({ settings }) => settings.bucket === bucket.name);
  await nothingExpires(world, bucket, signal);
  const mark = await persistently(
    () => bucket.current.put(CHECKPOINT_KEY, `checkpoint ${tally.checkpoints}`),
    `a write to ${bucket.name}`,
    signal,
  );
  // A listing may come from any replica.
  await cluster?.inSync(`KV_${bucket.name}`);
  const table = await persistently(() => bucket.current.table(), `a listing of ${bucket.name}`, signal);
  await assertKept(world, bucket, table, signal);
  for (const member of members) await caughtUp(member, { mark, epoch: bucket.current.epoch, signal });
  if (bucket.settings.evicts) {
    await Promise.all(members.map((member) => attachAgain(member, bucket, mark, signal)));
  }
  for (const member of members) await checkFold(world, bucket, member, table);
  bucket.settle(table, mark);
  await endRevivals(bucket, signal);
}

/**
 * Waits until nothing is left that expires: it would go while folds are compared. A server that was killed may have
 * forgotten that an entry expires: such a one is deleted.
 */
async function nothingExpires({ tally }: World, bucket: SoakBucket, signal: AbortSignal): Promise<void> {
  const forgottenAfter = performance.now() + EXPIRY_GRACE_MS;
  let expiring: readonly string[] = [];
  const isOver = async (): Promise<true | undefined> => {
    const table = await persistently(() => bucket.current.table(), `a listing of ${bucket.name}`, signal);
    expiring = [...table].flatMap(([key, { value }]) => (value.startsWith(EXPIRING) ? [key] : []));
    if (expiring.length === 0) return true;
    if (performance.now() < forgottenAfter) return undefined;
    for (const key of expiring.filter((each) => bucket.ledger.mayBeUndone(each))) {
      await persistently(() => bucket.current.remove(key), `a delete of ${key} of ${bucket.name}`, signal);
      tally.countRevival('entries that did not expire');
    }
    return undefined;
  };
  const what = (): string => `${expiring.join(', ')} of ${bucket.name} to expire`;
  await waitUntil(isOver, { what, deadlineMs: CATCH_UP_DEADLINE_MS, signal });
}

/** Compares a fold with its bucket; what a crash revived is repaired by a scrub first. */
async function checkFold(
  { tally, history }: World,
  bucket: SoakBucket,
  member: FleetMember,
  table: Table,
): Promise<void> {
  const { prefix = '' } = member.settings;
  const due: Table = new Map([...table].filter(([key]) => key.startsWith(prefix)));
  tally.countCheck('folds compared with their bucket');
  tally.countCheck('entries compared', due.size);
  const differences = compareTables(due, await member.table());
  if (differences.length === 0) return;
  if (!differences.every((each) => isRevived(each, bucket.ledger)))
    throw await differs(member, bucket, differences);
  const repaired = await member.scrub();
  history.note(`${member.title}: a scrub repaired ${repaired} keys that the killed server had revived`);
  tally.countRevival('folds scrubbed');
  tally.countRevival('entries scrubbed', differences.length);
  const left = compareTables(due, await member.table());
  if (left.length > 0) throw await differs(member, bucket, left);
}

/**
 * Puts a marker that stays where one may go, or went: a server that is killed later revives nothing that was
 * removed until now.
 */
async function endRevivals(bucket: SoakBucket, signal: AbortSignal): Promise<void> {
  for (const key of bucket.ledger.perishable()) {
    await persistently(() => bucket.current.remove(key), `a delete of ${key} of ${bucket.name}`, signal);
  }
}

/** The oracle's own eyes: what the server acknowledged and lost would be no fault of a fold. */
async function assertKept(
  { tally }: World,
  bucket: SoakBucket,
  table: Table,
  signal: AbortSignal,
): Promise<void> {
  const { epoch } = await persistently(() => bucket.store.status(), `the state of ${bucket.name}`, signal);
  if (epoch !== bucket.current.epoch)
    throw new Violation(`${bucket.name} is of epoch ${epoch}, not of its last`);
  if (bucket.settings.evicts) return;
  tally.countCheck('buckets compared with what was written');
  const evidence = bucket.ledger.lostBy(table, Date.now());
  if (evidence.length > 0) {
    throw new Violation(`the server lost ${evidence.length} acknowledged writes`, { evidence });
  }
}

interface CaughtUp {
  readonly mark: number;
  readonly epoch: string;
  readonly signal: AbortSignal;
}

async function caughtUp(member: FleetMember, { mark, epoch, signal }: CaughtUp): Promise<NodeState> {
  let last: NodeState | undefined;
  const isThere = async (): Promise<NodeState | undefined> => {
    last = await member.state();
    const cursor = WatchCursor.parse(last.cursor);
    const isAtMark = cursor.epoch === epoch && Number(cursor.revision) >= mark;
    return last.state === 'live' && isAtMark ? last : undefined;
  };
  return waitUntil(isThere, {
    what: () => `${member.title} to be live at revision ${mark}: it is ${last?.state} at ${last?.cursor}`,
    deadlineMs: CATCH_UP_DEADLINE_MS,
    signal,
  });
}

/** Evictions are found out at an attachment. */
async function attachAgain(
  member: FleetMember,
  bucket: SoakBucket,
  mark: number,
  signal: AbortSignal,
): Promise<void> {
  const { sessions } = await member.state();
  member.line.cut();
  await waitUntil(
    async () => {
      const state = await caughtUp(member, { mark, epoch: bucket.current.epoch, signal });
      return state.sessions > sessions ? state : undefined;
    },
    { what: () => `${member.title} to attach again`, deadlineMs: CATCH_UP_DEADLINE_MS, signal },
  );
}

async function differs(
  member: FleetMember,
  bucket: SoakBucket,
  differences: readonly Difference[],
): Promise<Violation> {
  const details = await bucket.describe(differences.map(({ key }) => key));
  return new Violation(
    `the fold of ${member.title} differs from its bucket in ${differences.length} keys, at ${member.cursors.last}`,
    { evidence: [...differences.map(describeDifference).slice(0, SHOWN_DIFFERENCES), ...details] },
  );
}
