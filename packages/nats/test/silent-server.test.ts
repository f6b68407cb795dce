import { eventually } from '@slipstream/test-kit';
import { startFaultProxy, startNatsServer } from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';

const value = new Uint8Array([1]);

describeOnServers('a server that falls silent', ({ source }) => {
  test('is left long before the deadline of a request, which does not wait for that', async () => {
    await using server = await startNatsServer({ source });
    await using proxy = await startFaultProxy({ target: server.url });
    await using nats = await connectNats({ servers: proxy.url });
    const bucket = await nats.bucket('routes', { config: { storage: 'memory' } });
    proxy.blackHole();
    // At its deadline of 30 s it would be TIMEOUT.
    await expectCode(bucket.status(), 'UNAVAILABLE');
  });

  test('while a watch attaches to it: the attachment ends, and the next one finds it again', async () => {
    await using server = await startNatsServer({ source });
    await using proxy = await startFaultProxy({ target: server.url });
    await using nats = await connectNats({ servers: proxy.url });
    const bucket = await nats.bucket('routes', { config: { storage: 'memory' } });
    await bucket.writer.put('a', value);
    await using node = await Follower.open();
    proxy.blackHole();
    const started = node.start(bucket);
    await eventually(() => node.endings.length > 0, { what: 'the attachment to end', deadlineMs: 25_000 });
    expect(node.endings[0]?.code).toBe('UNAVAILABLE');
    await proxy.heal();
    await started;
    await node.expectEquals(bucket);
  });
});
