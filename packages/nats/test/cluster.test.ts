import { prefix, prefixes, SlipstreamError, type VersionToken, type WatchScope } from '@slipstream/core';
import { eventually } from '@slipstream/test-kit';
import { type NatsCluster, startNatsCluster } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats, type NatsClient, type NatsKvStore } from '../src/index.js';
import { Follower } from './support/follower.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnLocalServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const value = (text = 'v'): Uint8Array => new TextEncoder().encode(text);
const EVERY_VERSION = 64;
const START_TIMEOUT_MS = 120_000;
/** An election takes seconds, and a consumer may be given to a server that is away: then it takes a timeout more. */
const RECOVERY_MS = 45_000;

describeOnLocalServers('a bucket with three replicas', ({ source }) => {
  let cluster: NatsCluster;
  let nats: NatsClient;
  let buckets = 0;

  beforeAll(async () => {
    cluster = await startNatsCluster({ source });
    nats = await connectNats({ servers: cluster.urls, timeoutMs: 2_000, client: { reconnectTimeWait: 100 } });
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await nats?.close();
    await cluster?.[Symbol.asyncDispose]();
  }, START_TIMEOUT_MS);

  async function replicated(): Promise<NatsKvStore> {
    const config = { storage: 'memory', replicas: 3, history: EVERY_VERSION } as const;
    const name = `replicated_${buckets++}`;
    await cluster.ready();
    const bucket = await nats.bucket(name, { config, heartbeatMs: FAST_HEARTBEAT_MS });
    await cluster.inSync(`KV_${bucket.name}`);
    return bucket;
  }

  const write = (bucket: NatsKvStore, key: string): Promise<VersionToken> =>
    eventually(() => bucket.writer.put(key, value()).catch(() => undefined), {
      what: 'a write to be taken',
      deadlineMs: 20_000,
    });

  const revisions = (node: Follower): number[] => node.applied.map((text) => Number(text.split(' ')[2]));

  async function expectEveryVersionOnce(node: Follower, bucket: NatsKvStore): Promise<void> {
    const { lastRevision } = await bucket.status();
    const expected = Array.from({ length: Number(lastRevision) }, (_, index) => index + 1);
    expect(revisions(node)).toEqual(expected);
    expect(node.reconciled).toEqual([]);
    // The consumer of a listing may be given to the server that is away, which then does not answer.
    await eventually(() => node.expectEquals(bucket).then(() => true, unlessAway), {
      what: 'a listing of the bucket',
      deadlineMs: RECOVERY_MS,
    });
  }

  function unlessAway(error: unknown): undefined {
    if (!SlipstreamError.is(error, 'TIMEOUT')) throw error;
  }

  test('a leader that steps down again and again costs no update, and repeats none', async () => {
    const bucket = await replicated();
    await using node = await Follower.open();
    for (let count = 0; count < 20; count++) await write(bucket, `k.${count}`);
    await node.start(bucket);
    for (let round = 0; round < 3; round++) {
      const isDone = cluster.stepDown(`KV_${bucket.name}`);
      for (let count = 0; count < 20; count++) await write(bucket, `k.${count}`);
      await isDone;
    }
    await bucket.writer.delete('k.3');
    await node.watch.waitFor(await write(bucket, 'k.last'), { signal: AbortSignal.timeout(RECOVERY_MS) });
    await expectEveryVersionOnce(node, bucket);
  });

  test.each(['the leader of the stream', 'the server of the consumer'])(
    'the loss of %s is noticed within seconds and costs no update',
    async (which) => {
      const bucket = await replicated();
      const stream = `KV_${bucket.name}`;
      await using node = await Follower.open();
      for (let count = 0; count < 20; count++) await write(bucket, `k.${count}`);
      await node.start(bucket);
      const leader = await cluster.leaderOf(stream);
      const victim = which === 'the leader of the stream' ? leader : await serverOfConsumer(bucket);
      await victim.kill();
      try {
        for (let count = 0; count < 20; count++) await write(bucket, `k.${count}`);
        await bucket.writer.delete('k.3');
        const last = await write(bucket, 'k.last');
        await node.watch.waitFor(last, { signal: AbortSignal.timeout(RECOVERY_MS) });
        await expectEveryVersionOnce(node, bucket);
      } finally {
        await victim.restart();
        await cluster.ready();
        await cluster.inSync(stream);
      }
      await node.watch.waitFor(await write(bucket, 'k.after'), { signal: AbortSignal.timeout(RECOVERY_MS) });
      await expectEveryVersionOnce(node, bucket);
    },
    START_TIMEOUT_MS,
  );

  test(
    'a replica that was away and lags does not make a watch believe that it has caught up',
    async () => {
      const bucket = await replicated();
      const stream = `KV_${bucket.name}`;
      await write(bucket, 'k.1');
      const leader = await cluster.leaderOf(stream);
      const lagging = cluster.servers.find((server) => server !== leader);
      await lagging?.kill();
      for (let count = 0; count < 200; count++) await write(bucket, `k.${count}`);
      await lagging?.restart();
      // Watches that begin while it catches up: some of their consumers live there.
      let checked = 0;
      for (let count = 0; count < 12; count++) {
        const { lastRevision } = await bucket.status();
        await using reader = new WatchReader(bucket.watcher, prefix('k.'));
        // A server that has just come back may be given the consumer and not have it yet.
        const chunk = await reader.caughtUp().catch(() => undefined);
        if (chunk === undefined) continue;
        checked += 1;
        expect(reader.updates.at(-1)?.version.revision).toBe(lastRevision);
        expect(chunk.cursor.revision).toBe(lastRevision);
      }
      expect(checked).toBeGreaterThan(6);
      await cluster.inSync(stream);
    },
    START_TIMEOUT_MS,
  );

  test.each<[string, WatchScope]>([
    ['a prefix', prefix('idle.')],
    ['several prefixes', prefixes(['idle.', 'quiet.'])],
  ])('an idle watch of %s keeps a fresh cursor by proof, and is live at once', async (_, scope) => {
    const bucket = await replicated();
    await write(bucket, 'other.1');
    await using reader = new WatchReader(bucket.watcher, scope);
    const begin = performance.now();
    await reader.caughtUp();
    expect(performance.now() - begin).toBeLessThan(10 * FAST_HEARTBEAT_MS);
    let last = await write(bucket, 'other.2');
    for (let count = 0; count < 50; count++) last = await write(bucket, `other.${count}`);
    await reader.reached(last.revision ?? 0n);
    expect(reader.updates).toEqual([]);
  });

  /** Where the only consumer of a bucket lives. */
  async function serverOfConsumer(bucket: NatsKvStore) {
    await using admin = await ServerAdmin.connect(String(cluster.urls[0]));
    const [name] = await admin.consumerNames(bucket.name);
    const { cluster: info } = await admin.api<{ cluster: { leader: string } }>(
      `CONSUMER.INFO.KV_${bucket.name}.${name}`,
    );
    const server = cluster.servers[Number(info.leader.replace(/\D/g, '')) - 1];
    if (server === undefined) throw new Error(`no server ${info.leader}`);
    return server;
  }
});
