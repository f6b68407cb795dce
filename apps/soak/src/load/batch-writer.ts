import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/random-choice.js';
import type { KeyGroup } from '../world/key-space.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';

const LONGEST_PAUSE_MS = 150;
const DELETE_SHARE = 0.15;

/** Writes groups of keys, each as one atomic batch, until `signal` fires. */
export async function writeBatches(
  world: World,
  bucket: SoakBucket,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  if (bucket.groups.length === 0) return;
  for (let count = 1; await pause(between(random, 1, LONGEST_PAUSE_MS), signal); count++) {
    // No two batches have the same name, in whatever round they are.
    const id = `batch-${Math.floor(random() * 2 ** 32).toString(36)}-${count}`;
    const value = random() < DELETE_SHARE ? undefined : id;
    try {
      await writeBatch(world, bucket, pick(random, bucket.groups), { id, value });
      world.tally.countWrite('atomic batch');
    } catch {
      world.tally.unanswered += 1;
    }
  }
}

function writeBatch(
  { admin }: World,
  bucket: SoakBucket,
  { keys }: KeyGroup,
  { id, value }: { readonly id: string; readonly value: string | undefined },
): Promise<void> {
  return bucket.change(async ({ ledger }) => {
    const write = { value, sentAt: Date.now(), batch: id };
    const attempts = keys.map((key) => ledger.begin(key, write));
    const changes = keys.map((key) => ({ key, value }));
    const last = await admin.writeBatch(bucket.name, id, changes);
    for (const [index, attempt] of attempts.entries()) {
      ledger.acknowledge(attempt, last - attempts.length + 1 + index);
    }
  });
}
