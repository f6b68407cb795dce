import { connect } from '@nats-io/transport-node';
import { ManualClock } from '@slipstream/core/testing';
import { eventually } from '@slipstream/test-kit';
import { type NatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats, fromConnection, type NatsConnectOptions, type NatsKvStore } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';

const value = new Uint8Array([1]);
const RECONNECT_MS = 100;
const FAILED_ATTEMPTS = 5;
const WAIT_LIMIT_MS = 30_000;

/** A bucket whose client is reconnecting to a server that was killed. */
class Outage implements AsyncDisposable {
  readonly server: NatsServer;
  readonly bucket: NatsKvStore;
  readonly close: () => Promise<void>;

  private constructor(server: NatsServer, bucket: NatsKvStore, close: () => Promise<void>) {
    this.server = server;
    this.bucket = bucket;
    this.close = close;
  }

  static async begin(server: NatsServer, options: Partial<NatsConnectOptions> = {}): Promise<Outage> {
    const nats = await connectNats({ servers: server.url, ...options });
    const bucket = await nats.bucket('routes');
    expect(bucket.watcher.reconnected()).toBeUndefined();
    await server.kill();
    await eventually(
      () =>
        bucket.status().then(
          () => false,
          () => true,
        ),
      { what: 'the loss to be noticed' },
    );
    return new Outage(server, bucket, () => nats.close());
  }

  /** Waits for the client, from now on. */
  wait(signal?: AbortSignal): Promise<void> {
    const waiting = this.bucket.watcher.reconnected({ signal });
    if (waiting === undefined) throw new Error('the client is connected');
    return waiting;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

describeOnServers('a client that is reconnecting', ({ source }) => {
  test('attempts no watch while it is disconnected, and re-attaches it once it is back', async () => {
    await using server = await startNatsServer({ source });
    const connection = await connect({
      servers: server.url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
    });
    let attempts = 0;
    void (async () => {
      for await (const { type } of connection.status()) if (type === 'reconnecting') attempts += 1;
    })();
    try {
      await using nats = await fromConnection(connection);
      const bucket = await nats.bucket('routes');
      await using node = await Follower.open();
      await node.start(bucket);
      await server.kill();
      await eventually(() => attempts > FAILED_ATTEMPTS, { what: 'the client to fail to connect' });
      expect(node.endings.map(({ code }) => code)).toEqual(['WATCH_FAILED']);
      expect(node.watch.state).toMatchObject({ name: 'stale', cause: { code: 'WATCH_FAILED' } });
      await server.restart();
      await eventually(() => node.watch.state.name === 'live', { what: 'the watch to be live again' });
      await node.watch.waitFor(await bucket.writer.put('a', value));
      await node.expectEquals(bucket);
    } finally {
      await connection.close();
    }
  });

  test('is waited for until it is back', async () => {
    await using server = await startNatsServer({ source });
    await using outage = await Outage.begin(server);
    const waiting = outage.wait();
    await server.restart();
    await waiting;
    expect((await outage.bucket.status()).lastRevision).toBe(0n);
  });

  test('is not waited for without an end: after half a minute the wait is UNAVAILABLE', async () => {
    await using server = await startNatsServer({ source });
    const clock = new ManualClock();
    await using outage = await Outage.begin(server, { clock });
    const waiting = expectCode(outage.wait(), 'UNAVAILABLE');
    await clock.advance(WAIT_LIMIT_MS);
    await waiting;
  });

  test('is no longer waited for when the bucket or the client closes, or the signal fires', async () => {
    await using server = await startNatsServer({ source });
    await using outage = await Outage.begin(server);
    const stopping = new AbortController();
    const stopped = expectCode(outage.wait(stopping.signal), 'ABORTED');
    stopping.abort();
    await stopped;
    const closed = expectCode(outage.wait(), 'CLOSED');
    await outage.close();
    await closed;
  });

  test('ends the wait with CLOSED when it gives up, and the watch with it', async () => {
    await using server = await startNatsServer({ source });
    const client = { maxReconnectAttempts: 5, reconnectTimeWait: RECONNECT_MS };
    await using nats = await connectNats({ servers: server.url, client });
    await using node = await Follower.open();
    await node.start(await nats.bucket('routes'));
    await server.kill();
    await expectCode(node.watch.done, 'CLOSED');
  });
});
