import { prefix } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { eventually } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import type { NatsKvStore } from '../src/index.js';
import { Fleet } from './support/fleet.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS, useServer } from './support/test-bucket.js';

const WRITES = 8_000;
const AT_ONCE = 50;
const HOT_KEYS = 200;
const VALUE_BYTES = 8_192;
/** Of what is written, a sixtieth: most of it has gone before a slow consumer comes to it. */
const MAX_BYTES = 1_000_000;
/** So much is written while a consumer applies one batch. */
const WRITES_PER_BATCH = 1_000;
const BATCH = 64;

describeOnServers('a consumer that is slower than a bucket drops what it holds', (series) => {
  const at = useServer(series);

  /** Writes a few keys again and again, and deletes others, each once: nothing else ever tells of these. */
  async function* churn(bucket: NatsKvStore): AsyncGenerator<number> {
    for (let written = 0; written < WRITES; written += AT_ONCE) {
      const writes = Array.from({ length: AT_ONCE }, (_, index) =>
        bucket.writer.put(`k.hot.${(written + index) % HOT_KEYS}`, new Uint8Array(VALUE_BYTES).fill(index)),
      );
      await Promise.all([...writes, bucket.writer.delete(`k.gone.${written / AT_ONCE}`)]);
      yield written + AT_ONCE;
    }
    // What is there in the end fits.
    for (let index = 0; index < HOT_KEYS; index++) {
      await bucket.writer.put(`k.hot.${index}`, new Uint8Array([index]));
    }
  }

  test('is repaired while writers go on, and ends equal to the bucket, deletes included', async () => {
    const bucket = await at.bucket({
      heartbeatMs: FAST_HEARTBEAT_MS,
      config: { history: 1, maxBytes: MAX_BYTES, discard: 'old' },
    });
    for (let index = 0; index < WRITES / AT_ONCE; index++) {
      await bucket.writer.put(`k.gone.${index}`, new Uint8Array(10));
    }
    let written = 0;
    const apply = async (): Promise<void> => {
      const enough = Math.min(WRITES, written + WRITES_PER_BATCH);
      await eventually(() => written >= enough, { what: 'the writer to go on', deadlineMs: 60_000 });
    };
    await using fleet = await Fleet.open();
    await fleet.start(bucket, { scope: prefix('k.') });
    await fleet.stop();
    const batch = { max: BATCH, catchUpMax: BATCH };
    const isLive = fleet.start(bucket, { scope: prefix('k.'), batch, apply });
    for await (const count of churn(bucket)) written = count;
    const { firstRevision, lastRevision } = await bucket.status();
    expect(lastRevision - firstRevision).toBeLessThan(BigInt(WRITES) / 4n);
    await isLive;
    await fleet.each(async (node) => {
      await eventually(
        () => node.watch.cursor.revision === lastRevision && node.watch.state.name === 'live',
        {
          what: `the ${node.name} fold to reach the head`,
          deadlineMs: 60_000,
        },
      );
      expect(node.delivered, node.name).toBeLessThan(WRITES / 2);
      expect(node.reconciled.length, node.name).toBeGreaterThan(0);
      expect(await collect(node.store.keys('k.gone.')), node.name).toEqual([]);
    });
    await fleet.expectEndsEqual(bucket, ['k.']);
  }, 120_000);
});
