import { pause } from '../lifetime/pause.js';
import { pick, type Random } from '../lifetime/seeded-random.js';
import { judgeRead } from '../oracle/judge-read.js';
import { Violation } from '../oracle/violation.js';
import type { World } from '../world/world.js';
import { confirmRead } from './confirm-read.js';

const READERS = 4;
const PAUSE_MS = 8;

/**
 * Looks keys up at random nodes, whatever is being done to them, until `signal` fires.
 * @throws {Violation} when a living node does not answer, or answers with less than it said it had applied
 */
export async function read(world: World, random: Random, signal: AbortSignal): Promise<void> {
  const reader = async (): Promise<void> => {
    while (await pause(PAUSE_MS, signal)) await readOnce(world, random);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
}

async function readOnce(world: World, random: Random): Promise<void> {
  const { fleet, buckets, tally } = world;
  const member = pick(random, fleet.members);
  const bucket = buckets.find(({ name }) => name === member.settings.bucket);
  if (bucket === undefined || !member.isUp) return;
  const { prefix = '' } = member.settings;
  const key = pick(random, bucket.keys);
  if (!key.startsWith(prefix)) return;
  const before = bucket.ledger.certain(key);
  const answer = await member.read(key);
  if (answer === undefined) return;
  tally.reads += 1;
  const after = bucket.ledger.certain(key);
  if (before !== undefined && before === after) tally.judgedReads += 1;
  const wrong = judgeRead(answer, { before, after, evicts: bucket.settings.evicts });
  if (wrong === undefined) return;
  if (await confirmRead(world, bucket, { key, revision: answer.revision, written: before })) {
    throw new Violation(`${member.title} at revision ${answer.applied} read ${key}: ${wrong}`);
  }
}
