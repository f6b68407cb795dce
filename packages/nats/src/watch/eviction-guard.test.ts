import { describe, expect, test } from 'vitest';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';
import { EvictionGuard } from './eviction-guard.js';

const MAX_PAYLOAD = 10_000;

interface Look {
  readonly first: number;
  readonly last: number;
  readonly bytes?: number;
  readonly messages?: number;
}

function look(config: Partial<StreamConfig>, { first, last, bytes = 1, messages = 1 }: Look): StreamInfo {
  return {
    config: { name: 'KV_b', ...config },
    created: '2030-01-01T00:00:00Z',
    ts: '2030-01-02T00:00:00Z',
    state: { messages, bytes, first_seq: first, last_seq: last },
  };
}

const gap = (from: number) => ({ from, fromAt: 0 });
const NANOSECONDS = 1_000_000;

describe('EvictionGuard', () => {
  const dropping: readonly [string, Partial<StreamConfig>][] = [
    ['an age limit', { max_age: 1, discard: 'new' }],
    ['a size limit that drops the oldest', { max_bytes: 1_000, discard: 'old' }],
    ['a count limit that drops the oldest', { max_msgs: 10, discard: 'old' }],
    ['messages with a time to live', { allow_msg_ttl: true, discard: 'new' }],
  ];

  test.each(dropping)('with %s, a gap that the front has passed is a loss', (_, config) => {
    const guard = new EvictionGuard(look(config, { first: 50, last: 120 }), MAX_PAYLOAD);
    expect(guard.needsProof(0, 1_000)).toBe(true);
    guard.observe(look(config, { first: 100, last: 900 }));
    expect(guard.isHarmless(gap(99))).toBe(true);
    guard.observe(look(config, { first: 101, last: 1_700 }));
    expect(guard.isHarmless(gap(99))).toBe(false);
    expect(guard.isHarmless(gap(100))).toBe(true);
  });

  test.each<Partial<StreamConfig>>([
    { max_age: 0, max_bytes: -1, max_msgs: -1, discard: 'old' },
    { max_bytes: 1_000, discard: 'new' },
  ])('with limits that drop nothing (%j), the front moves by replacement alone', (config) => {
    const guard = new EvictionGuard(look(config, { first: 1, last: 100 }), MAX_PAYLOAD);
    expect(guard.needsProof(0, 1_000)).toBe(false);
    guard.observe(look(config, { first: 500, last: 1_000 }));
    expect(guard.isHarmless(gap(99))).toBe(true);
  });

  test('while only age drops, a gap after something young needs no proof', () => {
    const config = { max_age: 10_000 * NANOSECONDS };
    const guard = new EvictionGuard(look(config, { first: 1, last: 100 }), MAX_PAYLOAD);
    expect(guard.needsProof(50_000, 55_000)).toBe(false);
    expect(guard.needsProof(50_000, 55_001)).toBe(true);
    const alsoBySize = { ...config, max_bytes: 1_000, discard: 'old' } as const;
    const strict = new EvictionGuard(look(alsoBySize, { first: 1, last: 100 }), MAX_PAYLOAD);
    expect(strict.needsProof(50_000, 50_001)).toBe(true);
  });

  test('the front may pass a gap by replacement while the log cannot have been full', () => {
    const config = { max_bytes: 100_000, max_msg_size: 100, discard: 'old' } as const;
    const guard = new EvictionGuard(look(config, { first: 90, last: 100, bytes: 1_000 }), MAX_PAYLOAD);
    guard.observe(look(config, { first: 110, last: 120, bytes: 1_000 }));
    expect(guard.isHarmless(gap(100))).toBe(true);
    expect(guard.isHarmless(gap(95))).toBe(true);
    // Another look before it could be full goes on from there, however much was written in all.
    guard.observe(look(config, { first: 130, last: 140, bytes: 1_000 }));
    expect(guard.isHarmless(gap(100))).toBe(true);
    guard.observe(look(config, { first: 190, last: 200, bytes: 1_000 }));
    expect(guard.isHarmless(gap(150))).toBe(false);
    expect(guard.isHarmless(gap(189))).toBe(true);
  });

  test('a count limit is reached by counting', () => {
    const config = { max_msgs: 50, discard: 'old' } as const;
    const guard = new EvictionGuard(look(config, { first: 90, last: 100, messages: 10 }), MAX_PAYLOAD);
    guard.observe(look(config, { first: 130, last: 140, messages: 10 }));
    expect(guard.isHarmless(gap(100))).toBe(true);
    guard.observe(look(config, { first: 171, last: 181, messages: 10 }));
    expect(guard.isHarmless(gap(140))).toBe(false);
  });

  test('a limit that was changed meanwhile proves nothing', () => {
    const config = { max_msgs: 5_000, discard: 'old' } as const;
    const guard = new EvictionGuard(look(config, { first: 90, last: 100 }), MAX_PAYLOAD);
    guard.observe(look({ ...config, max_msgs: 50 }, { first: 104, last: 104 }));
    expect(guard.isHarmless(gap(100))).toBe(false);
  });
});
