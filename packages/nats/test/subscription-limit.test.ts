import { connect } from '@nats-io/transport-node';
import { all, prefix } from '@slipstream/core';
import { type NatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats, fromConnection } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const value = new Uint8Array([1]);
const CONFIG = `
  max_subscriptions: 3
  authorization { users: [
    { user: all, password: p }
    { user: incurious, password: p, permissions { publish { deny: "$JS.API.CONSUMER.INFO.>" } } }
  ] }`;

describeOnServers('a connection that may have three subscriptions', ({ source }) => {
  let server: NatsServer;
  let admin: ServerAdmin;
  beforeAll(async () => {
    server = await startNatsServer({ source, config: CONFIG });
    admin = await ServerAdmin.connect(server.url, { user: 'all', pass: 'p' });
  });
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test.each(['direct', 'client'] as const)(
    'has two watches; a third one is LIMIT_EXCEEDED until one of them ends (wire: %s)',
    async (wire) => {
      await using nats = await connectNats({ servers: server.url, user: 'all', pass: 'p', wire });
      const bucket = await nats.bucket(wire, { config: { storage: 'memory' } });
      await bucket.writer.put('a', value);
      await using first = new WatchReader(bucket.watcher, all());
      await first.caughtUp();
      const second = new WatchReader(bucket.watcher, prefix('a'));
      await second.caughtUp();

      await using refused = new WatchReader(bucket.watcher, all());
      const error = await expectCode(refused.caughtUp(), 'LIMIT_EXCEEDED');
      expect(error.hint).toContain('max_subscriptions');
      await using idle = new WatchReader(bucket.watcher, prefix('none.'));
      await expectCode(
        idle.pullUntil(() => false),
        'LIMIT_EXCEEDED',
      );
      await refused[Symbol.asyncDispose]();
      await idle[Symbol.asyncDispose]();
      expect(await admin.consumerNames(wire)).toHaveLength(2);

      await second[Symbol.asyncDispose]();
      await using third = new WatchReader(bucket.watcher, all());
      await third.caughtUp();
      const { revision = 0n } = await bucket.writer.put('b', value);
      await first.reached(revision);
      await third.reached(revision);
    },
  );

  test('and may not ask for consumers, is LIMIT_EXCEEDED when no heartbeat has come', async () => {
    await using nats = await connectNats({ servers: server.url, user: 'incurious', pass: 'p' });
    const config = { storage: 'memory' } as const;
    const bucket = await nats.bucket('incurious', { config, heartbeatMs: FAST_HEARTBEAT_MS });
    await using first = new WatchReader(bucket.watcher, all());
    await first.caughtUp();
    await using second = new WatchReader(bucket.watcher, all());
    await second.caughtUp();
    await using third = new WatchReader(bucket.watcher, all());
    await expectCode(
      third.pullUntil(() => false),
      'LIMIT_EXCEEDED',
    );
  });

  test('all taken by the application, makes requests LIMIT_EXCEEDED until one is free', async () => {
    const connection = await connect({ servers: server.url, user: 'all', pass: 'p' });
    const [taken] = ['x.1', 'x.2', 'x.3'].map((subject) => connection.subscribe(subject));
    await connection.flush();
    await using nats = await fromConnection(connection);
    await expectCode(nats.bucket('own'), 'LIMIT_EXCEEDED');
    taken?.unsubscribe();
    const bucket = await nats.bucket('own', { config: { storage: 'memory' } });
    await bucket.writer.put('a', value);
    await connection.close();
  });
});
