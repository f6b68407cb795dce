import { all } from '@slipstream/core';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { describeOnServers } from './support/server-series.js';
import { FAST_HEARTBEAT_MS } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const value = new Uint8Array([1]);

describeOnServers('a watch whose server goes away', ({ source }) => {
  test('ends with WATCH_FAILED within seconds when it is killed, and can be resumed without a gap', async () => {
    await using server = await startNatsServer({ source });
    await using nats = await connectNats({ servers: server.url });
    const bucket = await nats.bucket('b');
    await bucket.writer.put('a', value);
    await using reader = new WatchReader(bucket.watcher, all());
    const { cursor } = await reader.reached(1n);
    const started = performance.now();
    const failing = expectCode(reader.pull(), 'WATCH_FAILED');
    await server.kill();
    const error = await failing;
    expect(error.message).toContain('the connection was lost');
    expect(performance.now() - started).toBeLessThan(5_000);

    await server.restart();
    await using other = await connectNats({ servers: server.url });
    await (await other.bucket('b')).writer.put('c', value);
    await using again = new WatchReader((await other.bucket('b')).watcher, all(), { resume: cursor });
    await again.caughtUp();
    expect(again.updates.map(({ key }) => key)).toEqual(['c']);
  });

  test('ends with WATCH_FAILED after missed heartbeats when the connection is half dead', async () => {
    await using server = await startNatsServer({ source });
    await using nats = await connectNats({ servers: server.url, timeoutMs: 500 });
    const bucket = await nats.bucket('b', { heartbeatMs: FAST_HEARTBEAT_MS });
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    await server.suspend();
    try {
      const error = await expectCode(reader.pull(), 'WATCH_FAILED');
      expect(error.message).toContain('no heartbeat');
    } finally {
      await server.resume();
    }
  });
});
