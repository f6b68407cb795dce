// What an update costs while a bucket is read in, counted instead of timed: it fails where a change makes the hot
// path heavier, on any machine, however busy it is.
import { watchApplied } from '@slipstream/core';
import { MemorySnapshotStore } from '@slipstream/memory';
import { connectNats } from '@slipstream/nats';
import { describe, expect, test } from 'vitest';
import { allocatedBytes } from './support/allocated-bytes.js';
import { ENTRIES, hasServer, skipReason, useGuardedBucket } from './support/guarded-bucket.js';
import { countPromises } from './support/promise-count.js';

/**
 * Attaching makes some 500 promises, and a chunk or a batch some 10, however many updates it has. Twice that is
 * room for changes; a single promise per update is ten thousand.
 */
const PROMISES = { attachment: 1_000, chunkOrBatch: 30 };

/** Twice what was counted: key, version, update and what the client makes of a message; then the entry. */
const HEAP_BYTES_PER_UPDATE = { withoutFold: 950, withFold: 1_400 };

/** What a hydration came to. */
interface Hydration {
  readonly applied: number;
  readonly chunks: number;
  readonly batches: number;
}

describe.skipIf(!hasServer)(`reading a bucket in${skipReason}`, () => {
  const used = useGuardedBucket();

  /** @param around - Runs what it is given: a watch from its beginning until it is ready. */
  async function hydrate(
    hasFold: boolean,
    around: (untilReady: () => Promise<void>) => Promise<void>,
  ): Promise<Hydration> {
    await using client = await connectNats({ servers: used.url });
    const source = await client.bucket(used.bucket, { create: false });
    await using store = hasFold ? await MemorySnapshotStore.open() : undefined;
    let applied = 0;
    let chunks = 0;
    let batches = 0;
    await around(async () => {
      await using watch = watchApplied({
        source,
        store,
        apply(batch) {
          applied += batch.length;
        },
        observer(event) {
          if (event.type === 'chunk-received') chunks += 1;
          if (event.type === 'batch-applied') batches += 1;
        },
      });
      await watch.ready;
    });
    return { applied, chunks, batches };
  }

  test.for([false, true])(
    'makes promises per chunk and batch, none per update (fold: %s)',
    async (hasFold) => {
      let promises = Number.POSITIVE_INFINITY;
      const { applied, chunks, batches } = await hydrate(hasFold, async (untilReady) => {
        const counted = countPromises();
        await untilReady();
        promises = counted();
      });
      expect(applied).toBe(ENTRIES);
      expect(promises).toBeLessThan(PROMISES.attachment + PROMISES.chunkOrBatch * (chunks + batches));
    },
  );

  test.for([false, true])(
    'allocates little more on the heap than updates and entries (fold: %s)',
    async (hasFold) => {
      // The first time, what is allocated is code as well.
      await hydrate(hasFold, (untilReady) => untilReady());
      let bytes = Number.POSITIVE_INFINITY;
      const { applied } = await hydrate(hasFold, async (untilReady) => {
        bytes = await allocatedBytes(untilReady);
      });
      expect(applied).toBe(ENTRIES);
      const { withFold, withoutFold } = HEAP_BYTES_PER_UPDATE;
      expect(bytes / ENTRIES).toBeLessThan(hasFold ? withFold : withoutFold);
      // Else nothing was sampled, and nothing is guarded.
      expect(bytes / ENTRIES).toBeGreaterThan(50);
    },
  );
});
