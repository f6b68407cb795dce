import { all } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { type NatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats, type NatsClient, type NatsConnectOptions } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const VALUE_BYTES = 100_000;
/** More than a server sends before it wants its first flow control answered. */
const VALUES = 50;

describeOnServers('a user who may not do everything', ({ source }) => {
  let server: NatsServer;
  let admin: ServerAdmin;
  beforeAll(async () => {
    server = await startNatsServer({
      source,
      config: `authorization { users: [
        { user: all, password: p }
        { user: mute, password: p, permissions { publish { deny: "$JS.FC.>" } } }
        { user: incurious, password: p, permissions { publish { deny: "$JS.API.CONSUMER.INFO.>" } } }
        { user: own, password: p, permissions { subscribe { allow: "_INBOX_own.>" } } }
      ] }`,
    });
    admin = await ServerAdmin.connect(server.url, { user: 'all', pass: 'p' });
    await using nats = await connect('all');
    const { writer } = await nats.bucket('b', { config: { storage: 'memory' } });
    for (let count = 0; count < VALUES; count++) await writer.put(`k.${count}`, new Uint8Array(VALUE_BYTES));
  });
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });
  const connect = (user: string, options?: NatsConnectOptions): Promise<NatsClient> =>
    connectNats({ servers: server.url, user, pass: 'p', ...options });

  // The server waits for the answer without end, and its heartbeats continue: nothing else would show it.
  test('to answer flow control, gets UNAUTHORIZED after what had arrived, instead of waiting forever', async () => {
    await using nats = await connect('mute');
    const bucket = await nats.bucket('b');
    await using reader = new WatchReader(bucket.watcher, all());
    const error = await expectCode(
      reader.pullUntil(() => false),
      'UNAUTHORIZED',
    );
    expect(error.message).toContain('$JS.FC.KV_b.');
    expect(reader.updates.length).toBeGreaterThan(0);
    expect(reader.updates.length).toBeLessThan(VALUES);
  });

  // The loop gives up on UNAUTHORIZED; here it has only to attach again.
  test('to ask for a consumer, gets WATCH_FAILED for a watch that broke, not UNAUTHORIZED', async () => {
    await using nats = await connect('incurious');
    const bucket = await nats.bucket('b', { heartbeatMs: FAST_HEARTBEAT_MS });
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    for (const name of await admin.consumerNames('b')) await admin.api(`CONSUMER.DELETE.KV_b.${name}`);
    await expectCode(
      reader.pullUntil(() => false),
      'WATCH_FAILED',
    );
  });

  test('to use the common inbox, can say so in the options of the client, too', async () => {
    await using nats = await connect('own', { client: { inboxPrefix: '_INBOX_own' } });
    const bucket = await nats.bucket('b');
    expect(await collect(bucket.reader.keys('k.1'))).toContain('k.1');
  });
});
