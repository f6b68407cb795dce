import { describe, expect, test } from 'vitest';
import { headerValue, statusCode, statusText, updateKind } from './message-headers.js';

const block = (...lines: string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);

describe('updateKind', () => {
  test.each([
    ['put', ['NATS/1.0']],
    ['put', ['NATS/1.0', 'X-Trace: KV-Operation: DEL']],
    ['put', ['NATS/1.0', 'KV-Operation-Of-Mine: DEL']],
    ['put', ['NATS/1.0', 'KV-Operation: PUT']],
    ['delete', ['NATS/1.0', 'KV-Operation: DEL']],
    ['delete', ['NATS/1.0', 'Nats-Expected-Last-Subject-Sequence: 4', 'KV-Operation:DEL']],
    ['purge', ['NATS/1.0', 'KV-Operation: PURGE', 'Nats-Rollup: sub']],
    ['delete', ['NATS/1.0', 'Nats-Marker-Reason: MaxAge', 'Nats-TTL: 2s']],
    ['purge', ['NATS/1.0', 'Nats-Marker-Reason: Remove']],
    ['purge', ['NATS/1.0', 'Nats-Marker-Reason: Purge']],
    ['purge', ['NATS/1.0', 'Nats-Marker-Reason: Purge', 'KV-Operation: PURGE']],
  ] as const)('%s: %j', (kind, lines) => {
    expect(updateKind(block(...lines))).toBe(kind);
  });

  test('a block without headers, or cut short, is a put', () => {
    expect(updateKind(new Uint8Array(0))).toBe('put');
    expect(updateKind(new TextEncoder().encode('NATS/1.0\r\nKV-Oper'))).toBe('put');
  });
});

describe('the status line', () => {
  test('is read from heartbeats and flow control requests', () => {
    const heartbeat = block('NATS/1.0 100 Idle Heartbeat', 'Nats-Last-Consumer: 12', 'Nats-Last-Stream: 99');
    expect(statusCode(heartbeat)).toBe(100);
    expect(statusText(heartbeat)).toBe('Idle Heartbeat');
    expect(headerValue(heartbeat, new TextEncoder().encode('Nats-Last-Stream'))).toBe('99');
    expect(headerValue(heartbeat, new TextEncoder().encode('Nats-Consumer-Stalled'))).toBeUndefined();
  });

  test('is 0 for a message', () => {
    expect(statusCode(block('NATS/1.0', 'KV-Operation: DEL'))).toBe(0);
  });
});
