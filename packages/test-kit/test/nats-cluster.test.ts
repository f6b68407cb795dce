import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NatsCluster, resolveNatsServer, startNatsCluster } from '../src/nats/index.js';
import { rawRequest } from '../src/nats/raw-request.js';

const source = resolveNatsServer();
const STREAM = 'replicated';

describe.skipIf(source.kind !== 'binary')('a cluster', () => {
  let cluster: NatsCluster;

  beforeAll(async () => {
    cluster = await startNatsCluster({ source });
    const config = { name: STREAM, subjects: ['x.>'], num_replicas: 3, storage: 'memory' };
    const created = await rawRequest<{ error?: unknown }>(
      String(cluster.urls[0]),
      `$JS.API.STREAM.CREATE.${STREAM}`,
      config,
    );
    expect(created.error).toBeUndefined();
  }, 120_000);

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  test('has three servers, and a stream with three replicas that are in sync', async () => {
    expect(new Set(cluster.urls).size).toBe(3);
    await cluster.inSync(STREAM);
    expect(cluster.servers).toContain(await cluster.leaderOf(STREAM));
  });

  test('a leader that steps down leaves another one', async () => {
    const before = await cluster.leaderOf(STREAM);
    const after = await cluster.stepDown(STREAM);
    expect(after).not.toBe(before);
    expect(await cluster.leaderOf(STREAM)).toBe(after);
  });

  test('outlives the loss of the leader, which comes back and catches up', async () => {
    const before = await cluster.leaderOf(STREAM);
    await before.kill();
    const after = await cluster.leaderOf(STREAM);
    expect(after).not.toBe(before);
    const stored = await rawRequest<{ seq: number }>(after.url, 'x.1');
    expect(stored.seq).toBeGreaterThan(0);
    await before.restart();
    await cluster.inSync(STREAM);
  });

  test('nobody to answer is an error', async () => {
    await expect(rawRequest(String(cluster.urls[0]), 'nobody.here')).rejects.toThrow('nobody at');
  });
});

test('only programs of this machine make a cluster', async () => {
  await expect(startNatsCluster({ source: { kind: 'docker', image: 'nats' } })).rejects.toThrow(/by docker/);
  await expect(startNatsCluster({ source: { kind: 'none', reason: 'none here' } })).rejects.toThrow(
    'none here',
  );
});
