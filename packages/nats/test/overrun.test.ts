import { all, prefix, prefixes, type WatchScope } from '@slipstream/core';
import { eventually } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import type { NatsBucketConfig, NatsKvStore } from '../src/index.js';
import { Fleet } from './support/fleet.js';
import { Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS, useServer } from './support/test-bucket.js';

const value = (fill = 1): Uint8Array => new Uint8Array(1_024).fill(fill);
/** More than the largest window that a server sends before flow control is answered, which is 32 MiB. */
const FILLERS = 600;
const filler = new Uint8Array(65_536);
const names = (prefixText: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefixText}${String(index).padStart(4, '0')}`);

const scopes: readonly [string, WatchScope][] = [
  ['all keys', all()],
  ['a prefix', prefix('k.')],
  ['several prefixes', prefixes(['k.', 'm.'])],
];
const dropsOldest: NatsBucketConfig = { history: 1, maxBytes: 8_000_000, discard: 'old' };

describeOnServers('retention that overruns a live watch', (series) => {
  const at = useServer(series);

  const putAll = (bucket: NatsKvStore, keys: readonly string[], fill?: number): Promise<unknown> =>
    Promise.all(keys.map((key) => bucket.writer.put(key, value(fill))));

  /** Writes so much that the server has to hold back what comes after it. */
  const fillWindow = (bucket: NatsKvStore): Promise<unknown> =>
    Promise.all(names('k.fill.', FILLERS).map((key) => bucket.writer.put(key, filler)));

  /** Makes `apply` wait; returns what ends the wait. */
  function stall(node: Follower): () => void {
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    return () => {
      node.gate = undefined;
      gate.resolve();
    };
  }

  test.each(scopes)('of %s: deletes that were dropped undelivered reach the fold', async (_, scope) => {
    const bucket = await at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS, config: dropsOldest });
    await putAll(bucket, names('k.', 40));
    await putAll(bucket, names('m.', 10));
    await putAll(bucket, names('o.', 10));
    await using fleet = await Fleet.open();
    await fleet.start(bucket, { scope });
    const go = fleet.nodes.map(stall);
    await bucket.writer.put('k.stall', value());
    await fillWindow(bucket);
    for (const key of [...names('k.', 20), ...names('m.', 5)]) await bucket.writer.delete(key);
    await fillWindow(bucket);
    const { firstRevision, lastRevision } = await bucket.status();
    await fleet.each(({ name, watch }) =>
      expect(firstRevision, name).toBeGreaterThan(watch.cursor.revision ?? 0n),
    );
    for (const goOn of go) goOn();
    await fleet.each(async ({ name, reconciled, endings, watch }) => {
      await eventually(() => reconciled.length > 0 && watch.cursor.revision === lastRevision, {
        what: `the ${name} fold to be repaired`,
        deadlineMs: 20_000,
      });
      expect(endings[0]?.code, name).toBe('CURSOR_EXPIRED');
      expect(reconciled[0]?.vanished, name).toEqual(expect.arrayContaining(names('k.', 20)));
    });
    const last = await bucket.writer.put('k.last', value());
    await fleet.each(async ({ name, watch }) => {
      await watch.waitFor(last);
      expect(watch.state.name, name).toBe('live');
    });
    await fleet.expectEndsEqual(bucket, scope.prefixes);
  });

  test.each(scopes)('of %s: what history replaced under an unmoved floor is no loss', async (_, scope) => {
    const config = { ...dropsOldest, maxBytes: 128_000_000 };
    const bucket = await at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS, config });
    await bucket.writer.put('k.floor', value());
    await bucket.writer.put('o.floor', value());
    await using node = await Follower.open();
    await node.start(bucket, { scope });
    const go = stall(node);
    await bucket.writer.put('k.stall', value());
    await fillWindow(bucket);
    for (let round = 0; round < 20; round++) {
      await putAll(bucket, [...names('k.hot.', 20), ...names('o.hot.', 20)], round);
    }
    go();
    const last = await bucket.writer.put('k.last', value());
    await node.watch.waitFor(last);
    expect(node.delivered).toBeLessThan(FILLERS + 20 * 20);
    expect([node.endings, node.reconciled]).toEqual([[], []]);
    await node.expectEquals(bucket, scope.prefixes);
  });

  test.each(scopes)('of %s: a small hot bucket moves its floor by replacement alone', async (_, scope) => {
    const bucket = await at.bucket({
      heartbeatMs: FAST_HEARTBEAT_MS,
      config: { ...dropsOldest, maxValueBytes: 1_000, maxBytes: 100_000_000 },
    });
    const hot = ['k.1', 'k.2', 'o.1', 'o.2', 'm.1'];
    await using node = await Follower.open();
    await node.start(bucket, { scope });
    for (let round = 0; round < 400; round++) {
      await Promise.all(hot.map((key) => bucket.writer.put(key, new Uint8Array(round))));
    }
    const { firstRevision, lastRevision } = await bucket.status();
    expect(lastRevision - firstRevision).toBeLessThan(20n);
    await eventually(() => node.watch.cursor.revision === lastRevision, { what: 'the cursor at the head' });
    expect([node.endings, node.reconciled]).toEqual([[], []]);
    await node.expectEquals(bucket, scope.prefixes);
  });

  test('a bucket that drops without end does not make the watch repair without end', async () => {
    const bucket = await at.bucket({
      heartbeatMs: FAST_HEARTBEAT_MS,
      config: { ...dropsOldest, maxBytes: 50_000 },
    });
    await using node = await Follower.open();
    await node.start(bucket, { scope: prefix('idle.'), reattach: { initialDelayMs: 50, maxDelayMs: 2_000 } });
    const writing = new AbortController();
    const writer = (async () => {
      for (let turn = 0; !writing.signal.aborted; turn++) await putAll(bucket, names(`busy.${turn}.`, 20));
    })();
    const begin = performance.now();
    await eventually(() => node.reconciled.length >= 4, { what: 'four repairs', deadlineMs: 20_000 });
    const elapsedMs = performance.now() - begin;
    writing.abort();
    await writer;
    // Half of each wait is jitter: 50, 100, 200 ms, and a heartbeat before each.
    expect(elapsedMs).toBeGreaterThan(3 * FAST_HEARTBEAT_MS + (50 + 100 + 200) / 2);
    const { lastRevision } = await bucket.status();
    await node.watch.waitFor(await bucket.writer.put('idle.1', value()));
    expect(node.watch.cursor.revision).toBeGreaterThan(lastRevision);
    await node.expectEquals(bucket, ['idle.']);
  });
});
