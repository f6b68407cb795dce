import { beforeEach, describe, expect, test } from 'vitest';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';
import { ManualClock } from '../testing/manual-clock.js';
import { IdleTime } from './idle-time.js';

let clock: ManualClock;
let idle: IdleTime;

beforeEach(() => {
  clock = new ManualClock(0);
  idle = new IdleTime(clock);
});

/** When the last wait ended. */
function until(): number | undefined {
  const { sinceMs } = idle;
  return sinceMs === undefined ? undefined : clock.now() - sinceMs;
}

test('a wait longer than a dead peer goes unnoticed says that everything was told until its end', async () => {
  expect(until()).toBeUndefined();
  idle.begin();
  await clock.advance(UNNOTICED_MS + 1);
  idle.end();
  expect(until()).toBe(UNNOTICED_MS + 1);
});

test('a shorter wait says nothing, and takes nothing back', async () => {
  idle.begin();
  await clock.advance(UNNOTICED_MS + 1);
  idle.end();
  idle.begin();
  await clock.advance(UNNOTICED_MS);
  idle.end();
  expect(until()).toBe(UNNOTICED_MS + 1);
});

test('time that was spent on what had arrived is not a wait', async () => {
  idle.begin();
  await clock.advance(1);
  idle.end();
  await clock.advance(10 * UNNOTICED_MS);
  idle.end();
  expect(until()).toBeUndefined();
});

test('a session that has ended waits no more, and leaves no timer', async () => {
  idle.begin();
  await clock.advance(UNNOTICED_MS + 1);
  idle.stop();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(10 * UNNOTICED_MS);
  expect(until()).toBe(UNNOTICED_MS + 1);
});

describe('a process that stood still', () => {
  const HOUR_MS = 60 * 60 * 1000;

  test.each(['a pulse', 'the end of the wait'])(
    'waited until then only, whether %s notices it',
    async (first) => {
      idle.begin();
      await clock.advance(2 * UNNOTICED_MS);
      clock.leap(HOUR_MS);
      if (first === 'a pulse') await clock.advance(0);
      idle.end();
      expect(until()).toBe(2 * UNNOTICED_MS);
    },
  );

  test('waits again when it runs again', async () => {
    idle.begin();
    clock.leap(HOUR_MS);
    await clock.advance(UNNOTICED_MS);
    idle.end();
    expect(until()).toBeUndefined();
    idle.begin();
    await clock.advance(UNNOTICED_MS + 1);
    idle.end();
    expect(until()).toBe(HOUR_MS + 2 * UNNOTICED_MS + 1);
  });

  test('for no longer than a busy one does has waited all the time', async () => {
    idle.begin();
    await clock.advance(UNNOTICED_MS);
    clock.leap(UNNOTICED_MS / 2 - 5_000);
    await clock.advance(1);
    idle.end();
    expect(until()).toBe(1.5 * UNNOTICED_MS - 5_000 + 1);
  });
});

describe('a clock that is set back', () => {
  const HOUR_MS = 60 * 60 * 1000;
  let setBackMs: number;

  // Only what it says: timers of the platform go by another one.
  beforeEach(() => {
    setBackMs = 0;
    idle = new IdleTime({
      now: () => clock.now() - setBackMs,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    });
  });

  test('while the watch waits starts the wait over', async () => {
    idle.begin();
    await clock.advance(HOUR_MS);
    idle.end();
    idle.begin();
    setBackMs = HOUR_MS / 2;
    await clock.advance(UNNOTICED_MS);
    idle.end();
    expect(idle.sinceMs).toBeUndefined();
    idle.begin();
    await clock.advance(UNNOTICED_MS + 1);
    idle.end();
    expect(idle.sinceMs).toBe(0);
  });

  test('after the session says nothing of how long ago that was', async () => {
    idle.begin();
    await clock.advance(HOUR_MS);
    idle.stop();
    setBackMs = 1;
    expect(idle.sinceMs).toBeUndefined();
  });
});
