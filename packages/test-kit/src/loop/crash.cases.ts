import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type KvUpdate, SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { FaultySnapshotStore, seededRandom } from '@slipstream/core/testing';
import { putEach } from '../kv-store/bucket-content.js';
import type { WritableKvStore } from '../kv-store/kv-store-context.js';
import { assertMirrors } from './assert-mirrors.js';
import type { LoopCase } from './loop-case.js';
import type { LoopContext } from './loop-context.js';

/** Where a life of the loop ends: each is a place at which a process can die. */
type CrashPoint = 'before-apply' | 'during-apply' | 'before-commit' | 'after-commit' | 'before-report';

// Not retryable: the loop ends at this point, as a process that is killed does.
const crash = (): SlipstreamError => new SlipstreamError('INVALID_PATH', 'this process died');

/** How one life of the node ends, and what is recorded of it. */
interface Life {
  readonly point: CrashPoint;
  /** Batches before the fatal one. */
  readonly batches: number;
  /** What `apply` has returned for. */
  readonly done: KvUpdate[];
  readonly written: bigint[];
}

/** More than one, so that a crash can be in the middle of a batch. */
const WRITES_AT_ONCE = 5;

/** Follows the source, which is written to meanwhile, until it dies. */
async function liveAndDie(
  { follow }: LoopContext,
  source: WritableKvStore,
  fold: SnapshotStore,
  { point, batches, done, written }: Life,
): Promise<void> {
  const store = new FaultySnapshotStore(fold);
  let seen = 0;
  const watch = follow({
    source,
    store,
    batch: { max: 3, catchUpMax: 3 },
    apply(batch) {
      seen += 1;
      const dies = seen > batches;
      if (dies && point === 'before-apply') throw crash();
      if (dies && point === 'during-apply') {
        done.push(...batch.slice(0, 1));
        throw crash();
      }
      done.push(...batch);
      if (dies && (point === 'before-commit' || point === 'after-commit')) store.failNext(1, crash(), point);
    },
    onApplied() {
      if (seen > batches && point === 'before-report') throw crash();
    },
  });
  // Endless: however much a slow fold takes at once, another batch follows.
  while (watch.state.name !== 'failed') {
    const keys = Array.from({ length: WRITES_AT_ONCE }, (_, index) => `k.${written.length + index}`);
    for (const { revision = -1n } of await putEach(source.writer, keys)) written.push(revision);
    // A source in memory would never let the fold get to its files.
    await setImmediate();
  }
  await watch.done.catch(() => undefined);
}

function crashCase(point: CrashPoint, where: string): LoopCase {
  return {
    id: `crash/${point}`,
    guarantee: `after a crash ${where}, every update is applied at least once, and none is skipped`,
    needs: ['durable', 'source-write'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, fold, follow, run } = context;
      const random = seededRandom(run.seed);
      const store = await source.writable();
      const place = await fold.location();
      const done: KvUpdate[] = [];
      const written: bigint[] = [];
      for (let life = 0; life < 6; life++) {
        const opened = await fold.harness.open(place);
        const before = opened.cursor.revision ?? 0n;
        await liveAndDie(context, store, opened, { point, batches: Math.floor(random() * 4), done, written });
        const reached = opened.cursor.revision ?? 0n;
        assert.ok(reached >= before, 'the cursor has not gone back');
        assertAppliedUpTo(done, written, reached);
        await opened.close();
      }
      await using last = await fold.harness.open(place);
      const watch = follow({ source: store, store: last, apply: (batch) => void done.push(...batch) });
      await watch.ready;
      await watch.stop();
      assertAppliedUpTo(done, written, written.at(-1) ?? 0n);
      await assertMirrors(last, store);
    },
  };
}

function assertAppliedUpTo(done: readonly KvUpdate[], written: readonly bigint[], cursor: bigint): void {
  const applied = new Set(done.map(({ version }) => version.revision));
  const skipped = written.filter((revision) => revision <= cursor && !applied.has(revision));
  assert.deepEqual(skipped, [], `updates below the cursor ${cursor} that apply never returned for`);
}

export const crashCases: readonly LoopCase[] = [
  crashCase('before-apply', 'between delivery and apply'),
  crashCase('during-apply', 'in the middle of apply'),
  crashCase('before-commit', 'between apply and commit'),
  crashCase('after-commit', 'between the commit and its return'),
  crashCase('before-report', 'between commit and onApplied'),
];
