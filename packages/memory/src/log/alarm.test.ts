import { ManualClock } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { Alarm } from './alarm.js';

describe('an alarm', () => {
  test('rings at the earliest time it was set for, once', async () => {
    const clock = new ManualClock(1_000);
    const rings: number[] = [];
    const alarm = new Alarm(clock, () => rings.push(clock.now()));
    alarm.setFor(5_000);
    alarm.setFor(3_000);
    alarm.setFor(9_000);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(20_000);
    expect(rings).toEqual([3_000]);
  });

  test('is not set by what never falls due, and can be cancelled and set again', async () => {
    const clock = new ManualClock(1_000);
    const rings: number[] = [];
    const alarm = new Alarm(clock, () => rings.push(clock.now()));
    alarm.setFor(Number.POSITIVE_INFINITY);
    expect(clock.pendingTimers).toBe(0);
    alarm.setFor(3_000);
    alarm.cancel();
    alarm.setFor(4_000);
    await clock.advance(20_000);
    expect(rings).toEqual([4_000]);
  });
});
