import { collect } from '@slipstream/core/testing';
import { eventually } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fleet } from './support/fleet.js';
import type { Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';

const value = (text: string): Uint8Array => new TextEncoder().encode(text);

describeOnServers('repair in place', (series) => {
  const context = useServer(series);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await Fleet.open();
  });

  afterEach(async () => {
    await fleet[Symbol.asyncDispose]();
  });

  /** The same of every fold: what a repair found, what `apply` got, and how much the server delivered. */
  async function expectEach(what: (node: Follower) => unknown, expected: unknown): Promise<void> {
    await fleet.each((node) => expect(what(node), node.name).toEqual(expected));
  }

  const repairs = ({ reconciled }: Follower) =>
    reconciled.map(({ reason, vanished, kept }) => ({ reason, vanished, kept }));

  test('a cursor that retention has passed: deletes that can no longer be replayed, then exactly the rest of the delta', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b', 'c', 'd']) await bucket.writer.put(key, value('1'));
    await fleet.start(bucket);
    await fleet.stop();
    await bucket.writer.delete('b'); // 5: its marker is evicted below
    await bucket.writer.put('c', value('2')); // 6: evicted
    await bucket.writer.put('c', value('3')); // 7
    await bucket.writer.put('e', value('1')); // 8
    await context.admin.evictBefore(bucket.name, 7);
    await fleet.start(bucket);
    // a and d were evicted with their values: the fold equals the bucket, which no longer has them.
    await expectEach(repairs, [{ reason: 'below-window', vanished: ['a', 'b', 'd'], kept: false }]);
    await expectEach(
      ({ applied }) => applied,
      ['delete a ?', 'delete b ?', 'delete d ?', 'put c 7', 'put e 8'],
    );
    await expectEach(({ delivered }) => delivered, 2);
    await fleet.expectEndsEqual(bucket);
  });

  test('for a bucket whose limits evict live values, they stay in the fold when told to', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b']) await bucket.writer.put(key, value('1'));
    await fleet.start(bucket);
    await fleet.stop();
    for (let count = 0; count < 3; count++) await bucket.writer.put('b', value(`${count}`));
    await bucket.writer.put('c', value('1'));
    await context.admin.evictBefore(bucket.name, 5);
    await fleet.start(bucket, { onVanished: 'keep' });
    await expectEach(repairs, [{ reason: 'below-window', vanished: ['a'], kept: true }]);
    await expectEach(({ delivered }) => delivered, 2);
    await fleet.stop();
    // Another start has to look again, as the fold holds more than the log has, and keeps it again.
    await fleet.start(bucket, { onVanished: 'keep' });
    await expectEach(repairs, [{ reason: 'markers-expired', vanished: ['a'], kept: true }]);
    await fleet.each(async (node) => {
      expect(await node.keys(), node.name).toEqual(['a', 'b', 'c']);
      expect((await node.store.get('a'))?.version.revision, node.name).toBe(1n);
    });
  });

  test('a bucket that was re-created while the node was away: no stale key survives', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b', 'c']) await bucket.writer.put(key, value('old'));
    await fleet.start(bucket);
    await fleet.stop();
    await context.admin.deleteBucket(bucket.name);
    await bucket.close();
    await using again = await context.nats.bucket(bucket.name, { config: { storage: 'memory' } });
    for (const key of ['b', 'x', 'y', 'z']) await again.writer.put(key, value('new'));
    await fleet.start(again);
    await expectEach(repairs, [{ reason: 'epoch-changed', vanished: ['a', 'c'], kept: false }]);
    await expectEach(({ delivered }) => delivered, 4);
    await fleet.expectEndsEqual(again);
  });

  test('a delete whose marker was purged while the floor never moved', async () => {
    const bucket = await context.bucket();
    for (const key of ['floor', 'a', 'b']) await bucket.writer.put(key, value('1'));
    await fleet.start(bucket);
    await fleet.stop();
    await bucket.writer.delete('a');
    await context.admin.forget(bucket.name, 'a');
    await fleet.start(bucket);
    expect((await bucket.status()).firstRevision).toBe(1n);
    await expectEach(repairs, [{ reason: 'markers-expired', vanished: ['a'], kept: false }]);
    await expectEach(({ delivered }) => delivered, 0);
    await fleet.expectEndsEqual(bucket);
  });

  test.skipIf(series.series === '2.10')(
    'a delete whose marker expired on the server while the node was away',
    async () => {
      const bucket = await context.bucket({ config: { markerTtlMs: 1_000 } });
      for (const key of ['floor', 'a', 'b']) await bucket.writer.put(key, value('1'));
      await fleet.start(bucket);
      await fleet.stop();
      await bucket.purger.purge('a', { markerTtlMs: 1_000 });
      await bucket.writer.put('b', value('2'));
      const isForgotten = async () => (await bucket.reader.entry('a')) === undefined;
      await eventually(isForgotten, { what: 'the marker to expire', deadlineMs: 20_000 });
      expect((await bucket.status()).firstRevision).toBe(1n);
      await fleet.start(bucket);
      await expectEach(repairs, [{ reason: 'markers-expired', vanished: ['a'], kept: false }]);
      await expectEach(({ applied }) => applied, ['delete a ?', 'put b 5']);
      await expectEach(({ delivered }) => delivered, 1);
      await fleet.expectEndsEqual(bucket);
    },
  );

  test('a sound delta is delivered without a comparison', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b']) await bucket.writer.put(key, value('1'));
    await fleet.start(bucket);
    await fleet.stop();
    await bucket.writer.delete('a');
    await fleet.start(bucket);
    await expectEach(repairs, []);
    await expectEach(({ applied }) => applied, ['delete a 3']);
    await fleet.expectEndsEqual(bucket);
  });

  test('names are listed without reading a message, those of markers included', async () => {
    const bucket = await context.bucket();
    const writes: Promise<unknown>[] = [];
    for (let index = 0; index < 1_000; index++) writes.push(bucket.writer.put(`k.${index}`, value('1')));
    await Promise.all(writes);
    await bucket.writer.delete('k.7');
    await bucket.writer.put('kk', value('1'));
    const known = await collect(bucket.reader.knownKeys('k.'));
    expect(known.length).toBe(1_000);
    expect(new Set(known).size).toBe(1_000);
    expect(await collect(bucket.reader.knownKeys('k.99'))).toHaveLength(11);
    expect(await collect(bucket.reader.knownKeys('nobody'))).toEqual([]);
  });

  test('repairs while writers go on, and ends equal to the bucket', async () => {
    const bucket = await context.bucket({ config: { history: 1 } });
    for (let index = 0; index < 200; index++) await bucket.writer.put(`k.${index}`, value('1'));
    await fleet.start(bucket);
    await fleet.stop();
    for (let index = 0; index < 200; index += 2) await bucket.writer.delete(`k.${index}`);
    const { lastRevision } = await bucket.status();
    await context.admin.evictBefore(bucket.name, lastRevision - 10n);
    let isWriting = true;
    const writer = (async () => {
      for (let turn = 0; isWriting; turn++) {
        const key = `k.${turn % 250}`;
        if (turn % 3 === 0) await bucket.writer.delete(key);
        else await bucket.writer.put(key, value(`${turn}`));
      }
    })();
    await fleet.start(bucket);
    isWriting = false;
    await writer;
    await expectEach(({ reconciled }) => reconciled[0]?.reason, 'below-window');
    await fleet.expectEndsEqual(bucket);
  });
});
