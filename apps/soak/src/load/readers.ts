import type { FleetMember } from '../fleet/fleet-member.js';
import { pause } from '../lifetime/pause.js';
import { persistently } from '../lifetime/persistently.js';
import { pick, type Random } from '../lifetime/random-choice.js';
import { describeRow, type Row } from '../oracle/compare-tables.js';
import { judgeBatch } from '../oracle/judge-batch.js';
import { judgeRead, type ReadAnswer, type ReadQuestion } from '../oracle/judge-read.js';
import { Violation } from '../oracle/violation.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';

const READERS = 4;
const PAUSE_MS = 8;
/** Of the reads: those of a whole group of keys. */
const GROUP_SHARE = 0.2;

/**
 * Looks keys up at random nodes, whatever is being done to them, until `signal` fires.
 * @throws {Violation} when a living node does not answer, or answers with less than it said it had applied
 */
export async function read(world: World, random: Random, signal: AbortSignal): Promise<void> {
  const reader = async (): Promise<void> => {
    while (await pause(PAUSE_MS, signal)) await readSomething(world, random);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
}

async function readSomething(world: World, random: Random): Promise<void> {
  const member = pick(random, world.fleet.members);
  const bucket = world.buckets.find(({ name }) => name === member.settings.bucket);
  if (bucket === undefined || !member.isUp) return;
  if (bucket.groups.length > 0 && random() < GROUP_SHARE) await readGroup(world, member, bucket, random);
  else await readKey(world, member, bucket, random);
}

async function readKey(
  { tally, violated }: World,
  member: FleetMember,
  bucket: SoakBucket,
  random: Random,
): Promise<void> {
  const key = pick(random, bucket.keys);
  if (!key.startsWith(member.settings.prefix ?? '')) return;
  const { epoch, ledger } = bucket.current;
  const before = ledger.certain(key);
  const answer = await member.read(key);
  if (answer === undefined) return;
  const isOfFormer = (row: Row): boolean => bucket.isOfFormer(key, row);
  const question = { key, epoch, ledger, before, seenAt: Date.now(), evictedBelow: 0, isOfFormer };
  let verdict = judgeRead(answer, question);
  if (verdict.kind === 'wrong' && answer.row === undefined && bucket.settings.evicts) {
    verdict = await judgeEvicted(answer, question, bucket, violated);
  }
  tally.countCheck(verdict.kind === 'open' ? 'reads of keys under change' : 'reads');
  if (verdict.kind === 'revived') tally.countRevival('reads of an entry');
  if (verdict.kind !== 'wrong') return;
  const details = await persistently(() => bucket.describe([key]), 'evidence', violated);
  const evidence = [`the answer: at ${answer.applied}, ${describeRow(answer.row)}`, ...details];
  throw new Violation(`${member.title} was asked for ${key}: ${verdict.reason}`, { evidence });
}

/** The bucket may have dropped the entry: then it is below what the bucket still has. */
async function judgeEvicted(
  answer: ReadAnswer,
  question: ReadQuestion,
  bucket: SoakBucket,
  signal: AbortSignal,
): ReturnType<typeof persistently<ReturnType<typeof judgeRead>>> {
  const floor = await persistently(() => bucket.evictedBelow(), `what ${bucket.name} still has`, signal);
  return bucket.current.epoch === question.epoch
    ? judgeRead(answer, { ...question, evictedBelow: floor })
    : { kind: 'open' };
}

async function readGroup(
  { tally }: World,
  member: FleetMember,
  bucket: SoakBucket,
  random: Random,
): Promise<void> {
  const { prefix, keys } = pick(random, bucket.groups);
  const { epoch, ledger } = bucket.current;
  const before = keys.map((key) => ledger.certain(key));
  const answer = await member.readGroup(prefix);
  if (answer === undefined) return;
  const isUnderChange = keys.some((key, index) => ledger.certain(key) !== before[index]);
  if (isUnderChange || bucket.current.epoch !== epoch) return;
  tally.countCheck('reads of a batch');
  const wrong = judgeBatch(keys, new Map(answer), ledger);
  if (wrong === undefined) return;
  const evidence = keys.flatMap((key) => ledger.describe(key));
  throw new Violation(`${member.title} showed half of an atomic batch: ${wrong}`, { evidence });
}
