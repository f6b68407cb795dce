import { PURGE_DELETES_AGE_MS } from '@slipstream/core';
import { describe, expect, test } from 'vitest';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';
import { MarkerGuard } from './marker-guard.js';

const START = 1_000_000;
const MINUTE_MS = 60_000;

const guardOf = (config: Partial<StreamConfig> = {}): MarkerGuard =>
  new MarkerGuard({ config: { name: 'KV_b', ...config } } as StreamInfo, START);
/** Whether a gap is suspicious that is delivered as soon as what follows it was written. */
const mayHaveMissedMarker = (guard: MarkerGuard, now: number): boolean => guard.mayHaveMissedMarker(now, now);

describe.each([
  ['markers may have a time to live', { allow_msg_ttl: true }, 500],
  ['maintenance may remove markers', {}, PURGE_DELETES_AGE_MS - MINUTE_MS],
])('where %s', (_, config, limitMs) => {
  test('a gap in a backlog is suspicious once a marker in it may have gone', () => {
    const guard = guardOf(config);
    expect(mayHaveMissedMarker(guard, START + limitMs - 1)).toBe(false);
    expect(mayHaveMissedMarker(guard, START + limitMs)).toBe(true);
    guard.reached(START + limitMs, false);
    expect(mayHaveMissedMarker(guard, START + 2 * limitMs - 1)).toBe(false);
  });

  test('a consumer that waits misses nothing, however long ago it delivered something', () => {
    const guard = guardOf(config);
    guard.reached(START, true);
    expect(mayHaveMissedMarker(guard, START + 10 * limitMs)).toBe(false);
  });

  test('one that was held back for as long as a marker stays may have missed one', () => {
    const guard = guardOf(config);
    guard.reached(START, true);
    guard.released(START + limitMs - 1);
    expect(mayHaveMissedMarker(guard, START + 10 * limitMs)).toBe(false);
    guard.released(START + limitMs);
    expect(mayHaveMissedMarker(guard, START + limitMs + 1)).toBe(true);
    guard.reached(START + limitMs + 1, true);
    expect(mayHaveMissedMarker(guard, START + 10 * limitMs)).toBe(false);
  });
});

test('what has left the log since the watch began shows in its numbers', () => {
  const state = (messages: number, last_seq: number): StreamInfo =>
    ({ config: { name: 'KV_b' }, state: { messages, last_seq } }) as StreamInfo;
  const guard = new MarkerGuard(state(5, 10), START);
  expect(guard.isUntouched(state(5, 10))).toBe(true);
  expect(guard.isUntouched(state(7, 12))).toBe(true);
  expect(guard.isUntouched(state(6, 12))).toBe(false);
});

test('a consumer on a replica that lags misses what came and went before it knew', () => {
  const guard = guardOf({ allow_msg_ttl: true, num_replicas: 3 });
  guard.reached(START, true);
  expect(guard.mayHaveMissedMarker(START + 10_000, START + 10_100)).toBe(false);
  expect(guard.mayHaveMissedMarker(START + 10_000, START + 10_500)).toBe(true);
});
