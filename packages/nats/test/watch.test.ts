import { headers } from '@nats-io/nats-core';
import { all, prefix, prefixes, VersionToken, WatchCursor } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { eventually } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import { expectCode } from './support/expect-code.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS, useServer } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const value = (text = 'v'): Uint8Array => new TextEncoder().encode(text);

interface ConsumerState {
  readonly num_pending: number;
  readonly config: { readonly deliver_subject: string };
}

describeOnServers('a watch', (series) => {
  const at = useServer(series);

  /** The one consumer of a bucket. */
  async function consumer(bucket: string): Promise<ConsumerState & { readonly name: string }> {
    const [name, ...others] = await at.admin.consumerNames(bucket);
    expect(others).toEqual([]);
    const state = await at.admin.api<ConsumerState>(`CONSUMER.INFO.KV_${bucket}.${name}`);
    return { ...state, name: String(name) };
  }

  /** What the server delivers to a plain consumer with this start, which it creates without an error; grows as it comes. */
  async function deliveredFrom(bucket: string, startSequence: number): Promise<number[]> {
    const delivered: number[] = [];
    const inbox = `deliver.${bucket}`;
    at.admin.connection.subscribe(inbox, {
      callback: (_, message) => {
        delivered.push(Number(message.reply?.split('.')[5]));
      },
    });
    await at.admin.api(`CONSUMER.CREATE.KV_${bucket}`, {
      stream_name: `KV_${bucket}`,
      config: {
        deliver_subject: inbox,
        deliver_policy: 'by_start_sequence',
        opt_start_seq: startSequence,
        ack_policy: 'none',
      },
    });
    return delivered;
  }

  const position = (revision: number, epoch?: string): WatchCursor =>
    WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch });

  test('from below the retained window: the server silently clamps the start, the watch is CURSOR_EXPIRED', async () => {
    const bucket = await at.bucket();
    for (const key of ['a', 'b', 'c', 'd']) await bucket.writer.put(key, value());
    await bucket.writer.delete('a');
    await at.admin.evictBefore(bucket.name, 4);
    const delivered = await deliveredFrom(bucket.name, 2);
    await eventually(() => delivered.length === 2, { what: 'the server to deliver' });
    expect(delivered).toEqual([4, 5]);

    const { epoch } = await bucket.status();
    const error = await expectCode(
      collect(bucket.watcher.watch(all(), { resume: position(2, epoch) })),
      'CURSOR_EXPIRED',
    );
    expect(error.message).toContain('revision 2');
    await using edge = new WatchReader(bucket.watcher, all(), { resume: position(3, epoch) });
    await edge.caughtUp();
    expect(edge.updates.map(({ version }) => version.revision)).toEqual([4n, 5n]);
  });

  test('from beyond the end: the server reports no error, the watch is CURSOR_EXPIRED', async () => {
    const bucket = await at.bucket();
    await bucket.writer.put('a', value());
    const delivered = await deliveredFrom(bucket.name, 100);
    await bucket.writer.put('b', value());
    if (series.series === '2.10') {
      // It begins at its end instead: what the cursor's own log had in between is lost.
      await eventually(() => delivered.length > 0, { what: 'the server to deliver' });
      expect(delivered).toEqual([2]);
    } else {
      await at.admin.connection.flush();
      expect(delivered).toEqual([]);
    }
    const { epoch } = await bucket.status();
    const watch = bucket.watcher.watch(all(), { resume: position(99, epoch) });
    await expectCode(collect(watch), 'CURSOR_EXPIRED');
  });

  test('from a cursor of a bucket that was re-created is CURSOR_EXPIRED, however its revision compares', async () => {
    const bucket = await at.bucket();
    await bucket.writer.put('a', value());
    const { epoch } = await bucket.status();
    await at.admin.deleteBucket(bucket.name);
    const recreated = await at.nats.bucket(bucket.name, { config: { storage: 'memory' } });
    for (let count = 0; count < 5; count++) await recreated.writer.put('b', value());
    const watch = recreated.watcher.watch(all(), { resume: position(1, epoch) });
    await expectCode(collect(watch), 'CURSOR_EXPIRED');
    expect(await at.admin.consumerNames(bucket.name)).toEqual([]);
  });

  test('a cursor of another source is CURSOR_EXPIRED', async () => {
    const bucket = await at.bucket();
    const foreign = WatchCursor.of({ version: VersionToken.fromBytes(new Uint8Array(10)) });
    const watch = bucket.watcher.watch(all(), { resume: foreign });
    await expectCode(collect(watch), 'CURSOR_EXPIRED');
  });

  test('whose consumer stops pulling makes the server hold back, and loses nothing', async () => {
    const bucket = await at.bucket();
    const count = 40_000;
    for (let start = 0; start < count; start += 1_000) {
      const keys = Array.from({ length: 1_000 }, (_, index) => `route.${start + index}`);
      await Promise.all(keys.map((key) => bucket.writer.put(key, new Uint8Array(200))));
    }
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.pull();
    let before = -1;
    const held = await eventually(
      async () => {
        const { num_pending } = await consumer(bucket.name);
        const isSteady = num_pending === before;
        before = num_pending;
        await at.admin.connection.flush();
        return isSteady && num_pending;
      },
      { what: 'the server to stop sending' },
    );
    expect(held).toBeGreaterThan(count / 2);
    await reader.caughtUp();
    const revisions = reader.updates.map(({ version }) => Number(version.revision));
    expect(revisions).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  test('ends soon after two heartbeats when its consumer is deleted on the server', async () => {
    const bucket = await at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS });
    await bucket.writer.put('a', value());
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    const { name } = await consumer(bucket.name);
    await at.admin.api(`CONSUMER.DELETE.KV_${bucket.name}.${name}`);
    const error = await expectCode(reader.pull(), 'WATCH_FAILED');
    expect(error.message).toContain('no longer has the consumer');
    await expect(reader.pull()).rejects.toThrow('the watch has ended');
  });

  test('a bucket deleted on the server ends the watch with NOT_FOUND', async () => {
    const bucket = await at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS });
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    await at.admin.deleteBucket(bucket.name);
    await expectCode(reader.pull(), 'NOT_FOUND');
  });

  test('ends at a heartbeat that counts more messages than came', async () => {
    const bucket = await at.bucket();
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    const { config } = await consumer(bucket.name);
    const heartbeat = headers(100, 'Idle Heartbeat');
    heartbeat.set('Nats-Last-Consumer', '3');
    heartbeat.set('Nats-Last-Stream', '3');
    at.admin.connection.publish(config.deliver_subject, '', { headers: heartbeat });
    await expectCode(reader.pull(), 'WATCH_FAILED');
  });

  test('delivers values as copies that pin no more than a small slab', async () => {
    const bucket = await at.bucket();
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        bucket.writer.put(`k${index}`, new Uint8Array(200).fill(index)),
      ),
    );
    await bucket.writer.put('large', new Uint8Array(100_000).fill(7));
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.reached(501n);
    for (const { key, value: bytes } of reader.updates) {
      expect(bytes.buffer.byteLength).toBeLessThanOrEqual(Math.max(16_384, bytes.length));
      if (key !== 'large') expect(bytes[0]).toBe(Number(key.slice(1)) % 256);
    }
  });

  test.each([1, 3])(
    'catches up although keys vanish before they are delivered (history %i)',
    async (history) => {
      const bucket = await at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS, config: { history } });
      // More than the server sends before flow control is answered.
      const keys = Array.from({ length: 120 }, (_, index) => `k${String(index).padStart(3, '0')}`);
      for (const key of keys) await bucket.writer.put(key, new Uint8Array(65_536));
      await using reader = new WatchReader(bucket.watcher, all());
      await reader.pull();
      for (const key of keys.slice(-4)) await at.admin.forget(bucket.name, key);
      await reader.caughtUp();
      expect(reader.updates.map(({ key }) => key)).toEqual(keys.slice(0, -4));
    },
  );

  test('never sends overlapping filters, which the server refuses', async () => {
    const bucket = await at.bucket();
    const config = {
      deliver_subject: 'deliver.overlap',
      filter_subjects: [`$KV.${bucket.name}.a.>`, `$KV.${bucket.name}.a.b.>`],
      ack_policy: 'none',
    };
    const question = { stream_name: `KV_${bucket.name}`, config };
    await expect(at.admin.api(`CONSUMER.CREATE.KV_${bucket.name}`, question)).rejects.toThrow('overlap');

    for (const key of ['a.1', 'a.b.1', 'rou', 'route.1', 'z']) await bucket.writer.put(key, value());
    await using reader = new WatchReader(bucket.watcher, prefixes(['a.b.', 'a.', 'a.b.1', 'rou']));
    await reader.caughtUp();
    expect(reader.updates.map(({ key }) => key)).toEqual(['a.1', 'a.b.1', 'rou', 'route.1']);
    await consumer(bucket.name);
  });

  test('on many prefixes has one consumer, and leaving it early removes that', async () => {
    const bucket = await at.bucket();
    const scope = prefixes(Array.from({ length: 100 }, (_, index) => `tenant${index}.`));
    for (let index = 0; index < 120; index++) await bucket.writer.put(`tenant${index}.a`, value());
    {
      await using reader = new WatchReader(bucket.watcher, scope);
      await reader.caughtUp();
      expect(reader.updates).toHaveLength(100);
      await consumer(bucket.name);
    }
    expect(await at.admin.consumerNames(bucket.name)).toEqual([]);
  });

  test('leaves out subjects of the bucket that are not ASCII', async () => {
    const bucket = await at.bucket();
    at.admin.connection.publish(`$KV.${bucket.name}.ünï`, 'foreign');
    at.admin.connection.publish(`$KV.${bucket.name}.ok`, 'fine');
    await at.admin.connection.flush();
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.reached(2n);
    expect(reader.updates.map(({ key }) => key)).toEqual(['ok']);
  });

  test('returning while a next() waits ends that with done', async () => {
    const bucket = await at.bucket();
    const iterator = bucket.watcher.watch(prefix('a.'))[Symbol.asyncIterator]();
    await iterator.next();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('survives that the process is busy for longer than the heartbeats allow', async () => {
    const bucket = await at.bucket({ heartbeatMs: FAST_HEARTBEAT_MS });
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    for (let round = 0; round < 3; round++) {
      const until = performance.now() + 5 * FAST_HEARTBEAT_MS;
      while (performance.now() < until);
      const { revision = 0n } = await bucket.writer.put('a', value());
      await reader.reached(revision);
    }
  });

  test('its cursor has the server’s time of the last update', async () => {
    const bucket = await at.bucket();
    const before = Date.now();
    await using reader = new WatchReader(bucket.watcher, all());
    const first = await reader.caughtUp();
    expect(first.cursor.revision).toBe(0n);
    expect(Math.abs((first.cursor.at ?? 0) - before)).toBeLessThan(5_000);
    await bucket.writer.put('a', value());
    const { cursor } = await reader.reached(1n);
    expect(Math.abs((cursor.at ?? 0) - before)).toBeLessThan(5_000);
    expect(cursor.epoch).toBe((await bucket.status()).epoch);
  });
});
