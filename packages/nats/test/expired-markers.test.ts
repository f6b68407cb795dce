import { prefix } from '@slipstream/core';
import { eventually } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import type { NatsKvStore } from '../src/index.js';
import { Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS, useServer } from './support/test-bucket.js';

const value = new Uint8Array([1]);
/** More than the largest window that a server sends before flow control is answered, which is 32 MiB. */
const FILLERS = 600;
const filler = new Uint8Array(65_536);
const MARKER_TTL_MS = 1_000;

describeOnServers('delete markers that expire before they are delivered', (series) => {
  const at = useServer(series);
  const hasMarkerTtl = series.series !== '2.10';

  const open = (): Promise<NatsKvStore> =>
    at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS, config: { allowTtl: true } });
  /** Writes so much that the server has to hold back what comes after it. */
  const fillWindow = async (bucket: NatsKvStore): Promise<void> => {
    await Promise.all(
      Array.from({ length: FILLERS }, (_, index) => bucket.writer.put(`fill.${index}`, filler)),
    );
  };
  /** Deletes a key, and waits until the log knows nothing of it any more. */
  const vanish = async (bucket: NatsKvStore, key: string): Promise<void> => {
    await bucket.purger.purge(key, { markerTtlMs: MARKER_TTL_MS });
    await eventually(async () => (await bucket.reader.entry(key)) === undefined, {
      what: `the marker of ${key} to expire`,
      deadlineMs: 30_000,
    });
  };
  const stall = (node: Follower): (() => void) => {
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    return () => {
      node.gate = undefined;
      gate.resolve();
    };
  };

  test.skipIf(!hasMarkerTtl)(
    'in a live watch that its caller holds up: the fold is compared in the same session',
    async () => {
      const bucket = await open();
      for (const key of ['a', 'b', 'c']) await bucket.writer.put(key, value);
      await using node = await Follower.open();
      await node.start(bucket);
      const go = stall(node);
      await bucket.writer.put('stall', value);
      await fillWindow(bucket);
      await vanish(bucket, 'b');
      const last = await bucket.writer.put('last', value);
      expect((await bucket.status()).firstRevision).toBe(1n);
      go();
      await node.watch.waitFor(last);
      await eventually(() => node.reconciled.length > 0 && node.watch.state.name === 'live', {
        what: 'the watch to be live again',
      });
      expect(node.reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['b'] }]);
      expect(node.endings).toEqual([]);
      expect(node.store.cursor.at).toBeGreaterThan(0);
      await node.expectEquals(bucket);
    },
  );

  test.skipIf(!hasMarkerTtl)(
    'between the listing of an attachment and the delivery of what it lists as a marker',
    async () => {
      const bucket = await open();
      for (const key of ['a', 'b', 'c']) await bucket.writer.put(key, value);
      await using node = await Follower.open();
      await node.start(bucket);
      await node.watch.stop();
      await fillWindow(bucket);
      const go = stall(node);
      await bucket.purger.purge('b', { markerTtlMs: 5 * MARKER_TTL_MS });
      node.reconciled.length = 0;
      const started = node.start(bucket, { batch: { max: 1, catchUpMax: 1 } });
      await eventually(() => node.reconciled.length > 0, { what: 'the comparison at the attachment' });
      await eventually(async () => (await bucket.reader.entry('b')) === undefined, {
        what: 'the marker to expire',
        deadlineMs: 30_000,
      });
      await bucket.writer.put('last', value);
      go();
      await started;
      expect(node.reconciled.length).toBeGreaterThan(1);
      expect(node.reconciled.flatMap(({ vanished }) => vanished)).toEqual(['b']);
      await node.expectEquals(bucket);
    },
  );

  test.skipIf(!hasMarkerTtl)(
    'are no concern of a watch that keeps up: no gap in its scope makes it compare',
    async () => {
      const bucket = await open();
      await bucket.writer.put('k.1', value);
      await using node = await Follower.open();
      await node.start(bucket, { scope: prefix('k.') });
      for (let round = 0; round < 3; round++) {
        await bucket.writer.put(`o.${round}`, value);
        // Markers come and go unseen, in the scope and out of it.
        await vanish(bucket, `o.${round}`);
        await bucket.writer.put('k.2', value);
        await vanish(bucket, 'k.2');
        await node.watch.waitFor(await bucket.writer.put('k.1', value));
      }
      expect(node.reconciled).toEqual([]);
      expect(node.watch.cursor.at).toBeGreaterThan(0);
      await node.expectEquals(bucket, ['k.']);
    },
  );
});
