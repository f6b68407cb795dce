import type { Msg, NatsConnection } from '@nats-io/nats-core';
import { ResourceScope, SlipstreamError } from '@slipstream/core';
import { ManualClock } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { resolveBucketOptions } from '../bucket/bucket-options.js';
import { ConnectionMonitor } from '../connection/connection-monitor.js';
import { RequestChannel } from '../connection/request-channel.js';
import { JetStreamApi } from '../jetstream/jetstream-api.js';
import { PushConsumer } from './push-consumer.js';
import type { Heartbeat } from './push-consumer-sink.js';

const HEARTBEAT_MS = 1_000;
/** The sequence that is not dealt with as it should be. */
const BUGGY = 666;
type Callback = (error: Error | null, message: Msg) => void;

/** A consumer on a connection that answers as the test says. */
async function attached(heartbeatMs: number = HEARTBEAT_MS) {
  const clock = new ManualClock();
  const subscriptions: [subject: string, callback: Callback][] = [];
  const answers = new Map<string, object>([['CONSUMER.CREATE', { num_pending: 0 }]]);
  const published: string[] = [];
  const connection = {
    info: { version: '2.15.1' },
    isClosed: () => false,
    isDraining: () => false,
    subscribe(subject: string, { callback }: { callback: Callback }) {
      subscriptions.push([subject, callback]);
      return { unsubscribe: () => undefined, isClosed: () => false };
    },
    publish(subject: string, _payload: Uint8Array, options?: { reply?: string }) {
      published.push(subject);
      const answer = [...answers].find(([operation]) => subject.includes(operation))?.[1];
      const reply = options?.reply;
      if (answer === undefined || reply === undefined) return;
      const [, respond] = subscriptions.find(([inbox]) => inbox.endsWith('.*')) ?? [];
      respond?.(null, messageOf('', JSON.stringify(answer), '', reply));
    },
  } as unknown as NatsConnection;
  const monitor = new ConnectionMonitor(connection);
  const channel = new RequestChannel(connection, monitor, {
    clock,
    timeoutMs: 30_000,
    inboxPrefix: undefined,
  });
  channel.start();
  const heard: string[] = [];
  const failures: Error[] = [];
  const consumer = new PushConsumer(
    {
      connection,
      monitor,
      clock,
      api: new JetStreamApi(channel, undefined),
      tap: undefined,
      domain: undefined,
      inboxPrefix: undefined,
      buckets: new ResourceScope('test'),
    },
    {
      bucket: 'b',
      stream: 'KV_b',
      subjects: ['$KV.b.>'],
      startSequence: undefined,
      headersOnly: false,
      heartbeatMs,
    },
    {
      delivered: (_message, _headers, ack) => {
        if (ack.streamSequence === BUGGY) throw new RangeError('no such index');
        heard.push(`message ${ack.streamSequence}`);
      },
      heartbeat: ({ streamSequence, isStalled }: Heartbeat) =>
        void heard.push(`heartbeat ${streamSequence}${isStalled ? ' stalled' : ''}`),
      flowControl: (subject) => void heard.push(`flow control ${subject}`),
      failed: (error) => void failures.push(error),
    },
  );
  await consumer.create('test', new AbortController().signal);
  const [, receive] = subscriptions.find(([inbox]) => !inbox.endsWith('.*')) ?? [];
  return {
    clock,
    consumer,
    answers,
    published,
    heard,
    failures,
    deliver: (streamSequence: number, consumerSequence: number) =>
      receive?.(
        null,
        messageOf('', 'x', `$JS.ACK.KV_b.c.1.${streamSequence}.${consumerSequence}.1795445488819123456.0`),
      ),
    status: (headers: string, reply = '') => receive?.(null, messageOf(headers, '', reply)),
    refuse: (error: Error) => receive?.(error, messageOf('', '', '')),
  };
}

function messageOf(headers: string, data: string, reply: string, subject = '$KV.b.key'): Msg {
  const head = headers === '' ? '' : `NATS/1.0${headers}\r\n\r\n`;
  const bytes = new TextEncoder().encode(head + data);
  const size = subject.length + reply.length + bytes.length;
  return { subject, reply, data: bytes.subarray(head.length), size: () => size } as unknown as Msg;
}

const heartbeat = (last: number, stream: number, more = ''): string =>
  ` 100 Idle Heartbeat\r\nNats-Last-Consumer: ${last}\r\nNats-Last-Stream: ${stream}${more}`;

describe('PushConsumer', () => {
  test('a gap in the consumer sequence fails once, and what comes after it is not delivered', async () => {
    const at = await attached();
    at.deliver(10, 1);
    at.deliver(12, 2);
    at.deliver(17, 4);
    at.deliver(18, 5);
    expect(at.heard).toEqual(['message 10', 'message 12']);
    expect(at.failures.map((error) => SlipstreamError.is(error, 'WATCH_FAILED'))).toEqual([true]);
    expect(at.failures[0]?.message).toContain('message 4 of the consumer came after message 2');
  });

  test('a bug in what is done with a message fails this watch, and not the connection', async () => {
    const at = await attached();
    at.deliver(10, 1);
    expect(() => at.deliver(BUGGY, 2)).not.toThrow();
    at.deliver(667, 3);
    expect(at.heard).toEqual(['message 10']);
    expect(at.failures.map((error) => SlipstreamError.is(error, 'INTERNAL'))).toEqual([true]);
  });

  test('a heartbeat that counts more deliveries than came is a gap', async () => {
    const at = await attached();
    at.deliver(10, 1);
    at.status(heartbeat(1, 15));
    at.status(heartbeat(2, 16));
    expect(at.heard).toEqual(['message 10', 'heartbeat 15']);
    expect(at.failures).toHaveLength(1);
  });

  test('a stalled heartbeat repeats the flow control request', async () => {
    const at = await attached();
    at.status(' 100 FlowControl Request', '$JS.FC.1');
    at.status(heartbeat(0, 0, '\r\nNats-Consumer-Stalled: $JS.FC.1'));
    expect(at.heard).toEqual(['flow control $JS.FC.1', 'flow control $JS.FC.1', 'heartbeat 0 stalled']);
  });

  test('any other status of the server fails with what it says', async () => {
    const at = await attached();
    at.status(' 409 Consumer Deleted');
    expect(at.failures[0]?.message).toContain('409 Consumer Deleted');
  });

  test('a subscription that the server refuses is UNAUTHORIZED', async () => {
    const at = await attached();
    const violation = new Error('Permissions Violation for Subscription to "x"');
    violation.name = 'PermissionViolationError';
    at.refuse(violation);
    expect(SlipstreamError.is(at.failures[0], 'UNAUTHORIZED')).toBe(true);
  });

  test('silence for two heartbeats fails, and not before; any sign of life starts over', async () => {
    const at = await attached();
    at.answers.set('CONSUMER.INFO', { error: { code: 404, err_code: 10014, description: 'gone' } });
    await at.clock.advance(2 * HEARTBEAT_MS);
    expect(at.failures).toEqual([]);
    at.status(heartbeat(0, 0));
    await at.clock.advance(2 * HEARTBEAT_MS);
    expect(at.failures).toEqual([]);
    await at.clock.advance(HEARTBEAT_MS);
    expect(at.failures[0]?.message).toContain('no longer has the consumer');
  });

  test('by default, silence is noticed within 6 s', async () => {
    const { heartbeatMs } = resolveBucketOptions('b', {});
    const at = await attached(heartbeatMs);
    await at.clock.advance(2 * heartbeatMs);
    expect(at.failures).toEqual([]);
    await at.clock.advance(6_000 - 2 * heartbeatMs);
    expect(at.failures[0]?.message).toContain('no heartbeat');
  });

  test('a process that stood still does not take that for silence', async () => {
    const at = await attached();
    for (let pause = 0; pause < 20; pause++) {
      at.clock.leap(60 * HEARTBEAT_MS);
      await at.clock.advance(0);
      at.status(heartbeat(0, 0));
    }
    at.clock.leap(60 * HEARTBEAT_MS);
    await at.clock.advance(HEARTBEAT_MS);
    expect(at.failures).toEqual([]);
  });

  test('a server that does not say why it is silent is not waited for longer than a heartbeat', async () => {
    const at = await attached();
    await at.clock.advance(4 * HEARTBEAT_MS);
    expect(at.failures[0]?.message).toContain('no heartbeat for 2000 ms');
  });

  test('after its end it answers no flow control and leaves no timer', async () => {
    const at = await attached();
    at.answers.set('CONSUMER.DELETE', {});
    await at.consumer.delete();
    at.published.length = 0;
    at.consumer.answerFlowControl('$JS.FC.1');
    expect(at.published).toEqual([]);
    expect(at.clock.pendingTimers).toBe(0);
  });
});
