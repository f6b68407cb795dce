import { describe, expect, test } from 'vitest';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';
import { nothingLostWhileIdle } from './idle-proof.js';

function stream(firstSequence: number, config: Partial<StreamConfig>): StreamInfo {
  const state = { messages: 1, bytes: 1, first_seq: firstSequence, last_seq: 1_000, consumer_count: 1 };
  return {
    config: { name: 'KV_b', ...config },
    created: '2030-01-01T00:00:00Z',
    ts: '2030-01-02T00:00:00Z',
    state,
  };
}

describe('nothingLostWhileIdle', () => {
  const dropping: readonly [string, Partial<StreamConfig>][] = [
    ['an age limit', { max_age: 1, discard: 'new' }],
    ['a size limit that drops the oldest', { max_bytes: 1_000, discard: 'old' }],
    ['a count limit that drops the oldest', { max_msgs: 10, discard: 'old' }],
    ['messages with a time to live', { allow_msg_ttl: true, discard: 'new' }],
  ];
  test.each(dropping)('with %s, the first message must not be past the position', (_, config) => {
    expect(nothingLostWhileIdle({ position: 99, info: stream(100, config) })).toBe(true);
    expect(nothingLostWhileIdle({ position: 99, info: stream(101, config) })).toBe(false);
    expect(nothingLostWhileIdle({ position: undefined, info: stream(101, config) })).toBe(true);
  });

  test.each<Partial<StreamConfig>>([
    { max_age: 0, max_bytes: -1, max_msgs: -1, discard: 'old' },
    { max_bytes: 1_000, discard: 'new' },
  ])('with limits that drop nothing (%j), the front moves by replacement alone', (config) => {
    expect(nothingLostWhileIdle({ position: 99, info: stream(500, config) })).toBe(true);
  });
});
