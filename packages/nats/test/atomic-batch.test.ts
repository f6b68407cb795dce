import { headers } from '@nats-io/nats-core';
import { all, type BatchAppliedEvent, prefix, type WatchScope } from '@slipstream/core';
import { expect, test } from 'vitest';
import type { NatsKvStore } from '../src/index.js';
import { Fleet } from './support/fleet.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const value = (text = 'v'): Uint8Array => new TextEncoder().encode(text);
/** How late the end of a batch may be noticed that is out of scope, far below a heartbeat. */
const SOON_MS = 2_000;

describeOnServers('an atomic batch', (series) => {
  const at = useServer(series);
  let batches = 0;

  async function atomicBucket(history = 1): Promise<NatsKvStore> {
    const bucket = await at.bucket({ config: { history } });
    const { config } = await at.admin.streamInfo(bucket.name);
    await at.admin.api(`STREAM.UPDATE.KV_${bucket.name}`, { ...config, allow_atomic: true });
    return bucket;
  }

  /** Publishes `keys` in one batch; a key that begins with `-` is deleted. */
  async function publish(bucket: NatsKvStore, keys: readonly string[], text = 'v'): Promise<void> {
    const id = `batch-${batches++}`;
    for (const [index, key] of keys.entries()) {
      const head = headers();
      head.set('Nats-Batch-Id', id);
      head.set('Nats-Batch-Sequence', String(index + 1));
      if (key.startsWith('-')) head.set('KV-Operation', 'DEL');
      const subject = `$KV.${bucket.name}.${key.replace('-', '')}`;
      const payload = key.startsWith('-') ? new Uint8Array(0) : value(text);
      if (index < keys.length - 1) {
        at.admin.connection.publish(subject, payload, { headers: head });
        continue;
      }
      head.set('Nats-Batch-Commit', '1');
      const answer = await at.admin.connection.request(subject, payload, {
        headers: head,
        timeout: 10_000,
      });
      const { error } = answer.json<{ error?: { description: string } }>();
      if (error !== undefined) throw new Error(error.description);
    }
  }

  const numbered = (start: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${start}${index}`);

  const test212 = test.skipIf(series.series === '2.10');

  test212('that begins with a delete is followed like any other', async () => {
    const bucket = await atomicBucket();
    await bucket.writer.put('a', value());
    await using fleet = await Fleet.open();
    await fleet.each((node) => node.start(bucket));
    await publish(bucket, ['-a', 'b', '-c']);
    await publish(bucket, ['-b', '-c']);
    const after = await bucket.writer.put('after', value());
    await fleet.each(async (node) => {
      await node.watch.waitFor(after);
      expect(await node.keys(), node.name).toEqual(['after']);
    });
  });

  test212('arrives in one chunk, however large, and is applied in one commit', async () => {
    const bucket = await atomicBucket();
    await using fleet = await Fleet.open();
    const commits = new Map(fleet.nodes.map(({ name }) => [name, [] as BatchAppliedEvent[]]));
    await fleet.each((node) =>
      node.start(bucket, {
        batch: { max: 1 },
        observer: (event) => {
          if (event.type === 'batch-applied') commits.get(node.name)?.push(event);
        },
      }),
    );
    for (const size of [2, 700, 1_000]) {
      await publish(bucket, numbered(`size.${size}.`, size), 'x'.repeat(5_000));
      const { lastRevision } = await bucket.status();
      const after = await bucket.writer.put('after', value());
      await fleet.each(async ({ name, watch }) => {
        await watch.waitFor(after);
        const seen = commits.get(name) ?? [];
        const commit = seen.find(({ cursor }) => (cursor.revision ?? 0n) >= lastRevision);
        expect(commit?.updates, name).toBeGreaterThanOrEqual(size);
        seen.length = 0;
      });
    }
    await fleet.expectEndsEqual(bucket);
  });

  test212('is never split by chunks, while it catches up over thousands of others', async () => {
    const bucket = await atomicBucket(64);
    const sizes = [3, 4, 7, 50, 2];
    const groups: string[][] = [];
    for (let count = 0; count < 600; count++) {
      const group = numbered(`b.${count}.`, sizes[count % sizes.length] ?? 1);
      groups.push(group);
      await publish(bucket, group);
      if (count % 5 === 0) await bucket.writer.put('single', value());
    }
    await using reader = new WatchReader(bucket.watcher, all());
    const seen = new Map<string, number>();
    let chunks = 0;
    for (let isDone = false; !isDone; chunks++) {
      const { updates, pending } = await reader.pull();
      for (const { key } of updates) seen.set(key, chunks);
      isDone = pending === 0;
    }
    expect(chunks).toBeGreaterThan(1);
    for (const group of groups) expect(new Set(group.map((key) => seen.get(key))).size).toBe(1);
    expect(seen.get('b.599.0')).toBeDefined();
  });

  test212.each<[string, readonly string[], readonly string[]]>([
    ['its end is out of scope', ['k.1', 'k.2', '-k.3', 'o.1'], ['put k.1', 'put k.2', 'delete k.3']],
    ['its beginning is out of scope', ['o.1', 'o.2', 'k.1', 'k.2'], ['put k.1', 'put k.2']],
    ['its middle is out of scope', ['k.1', 'o.1', 'k.2'], ['put k.1', 'put k.2']],
  ])('of which %s of a prefix arrives in one chunk, and soon', async (_, keys, expected) => {
    const scope: WatchScope = prefix('k.');
    const bucket = await atomicBucket();
    await using reader = new WatchReader(bucket.watcher, scope);
    await reader.caughtUp();
    await publish(bucket, keys);
    const begin = performance.now();
    const chunk = await reader.pullUntil(({ updates }) => updates.length > 0);
    expect(performance.now() - begin).toBeLessThan(SOON_MS);
    expect(chunk.updates.map(({ kind, key }) => `${kind} ${key}`)).toEqual(expected);
    await bucket.writer.put('k.next', value());
    await reader.pullUntil(({ updates }) => updates.some(({ key }) => key === 'k.next'));
  });

  test212('whose end was replaced since arrives, with what is left of it in one chunk', async () => {
    const bucket = await atomicBucket();
    await bucket.writer.put('first', value());
    await publish(bucket, ['k.1', 'k.2', 'k.3', 'end']);
    await bucket.writer.put('end', value());
    await at.admin.forget(bucket.name, 'end');
    await using reader = new WatchReader(bucket.watcher, all());
    const begin = performance.now();
    await reader.pullUntil(({ updates }) => updates.some(({ key }) => key === 'k.3'));
    expect(performance.now() - begin).toBeLessThan(SOON_MS);
    expect(reader.updates.map(({ key }) => key)).toEqual(['first', 'k.1', 'k.2', 'k.3']);
  });
});
