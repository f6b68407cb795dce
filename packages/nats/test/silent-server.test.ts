import { eventually } from '@slipstream/test-kit';
import { startFaultProxy, startNatsServer } from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';

const value = new Uint8Array([1]);
/** More than the sockets of both sides hold. */
const WRITES = 60;
const LARGE_VALUE = new Uint8Array(900_000);

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

  test('is left for another one even when its socket accepts no more data', async () => {
    await using server = await startNatsServer({ source });
    await using proxy = await startFaultProxy({ target: server.url });
    const client = { noRandomize: true };
    await using nats = await connectNats({ servers: [proxy.url, server.url], client });
    const bucket = await nats.bucket('routes', { config: { storage: 'memory' } });
    await using node = await Follower.open();
    await node.start(bucket);
    proxy.blackHole();
    const writes = Array.from({ length: WRITES }, (_, index) => bucket.writer.put(`${index}`, LARGE_VALUE));
    // At its deadline of 30 s each would be TIMEOUT.
    await Promise.all(writes.map((write) => expectCode(write, 'UNAVAILABLE')));
    const last = await eventually(() => bucket.writer.put('last', value).catch(() => undefined), {
      what: 'the other server to be found',
      deadlineMs: 20_000,
    });
    await node.watch.waitFor(last, { signal: AbortSignal.timeout(20_000) });
  }, 60_000);

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
