import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock, settlePromises } from '../testing/manual-clock.js';
import { backoffDelayMs, resolveBackoffOptions } from './backoff.js';
import { sleep, systemClock } from './clock.js';
import { waitWithin } from './deadline.js';
import { Mutex } from './mutex.js';
import type { Resource } from './resource.js';
import { ResourceScope } from './resource-scope.js';
import { RunningState } from './running-state.js';
import { TimeSlice } from './time-slice.js';
import { waitOrAbort } from './wait-or-abort.js';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock(0);
});

describe('clocks', () => {
  test('timers fire in the order they are due, each with what it sets off done before the next', async () => {
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b at ${clock.now()}`));
    clock.after(10, () => {
      fired.push(`a at ${clock.now()}`);
      void Promise.resolve().then(() => fired.push('after a'));
      clock.after(5, () => fired.push(`nested at ${clock.now()}`));
    });
    const cancel = clock.after(15, () => fired.push('cancelled'));
    cancel();
    expect(clock.nextTimerMs).toBe(10);
    await clock.advance(30);
    expect(fired).toEqual(['a at 10', 'after a', 'nested at 15', 'b at 20']);
    expect(clock.now()).toBe(30);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a sleep ends on time, or with ABORTED, and leaves no timer and no listener', async () => {
    const controller = new AbortController();
    const asleep = sleep(clock, 100, controller.signal);
    controller.abort('enough');
    await expect(asleep).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect(clock.pendingTimers).toBe(0);
    await expect(sleep(clock, 1, controller.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    const slept = sleep(clock, 100);
    await clock.advance(100);
    await slept;
  });

  test('the system clock waits longer than the timers of the platform can', async () => {
    vi.useFakeTimers();
    try {
      let fired = false;
      systemClock.after(2 ** 32, () => {
        fired = true;
      });
      vi.advanceTimersByTime(2 ** 32 - 1);
      expect(fired).toBe(false);
      vi.advanceTimersByTime(1);
      expect(fired).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('the system clock runs and can be cancelled', async () => {
    const before = systemClock.now();
    const cancel = systemClock.after(0, () => expect.unreachable());
    cancel();
    await sleep(systemClock, 1);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });
});

describe('waiting', () => {
  test('an aborted wait hands the late result over to be released', async () => {
    const late = Promise.withResolvers<string>();
    const released: string[] = [];
    const controller = new AbortController();
    const waiting = waitOrAbort(late.promise, controller.signal, 'connecting', (value) =>
      released.push(value),
    );
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', message: 'connecting was aborted' });
    late.resolve('connection');
    await settlePromises();
    expect(released).toEqual(['connection']);
  });

  test('without an abort the result or the error comes through', async () => {
    const { signal } = new AbortController();
    expect(await waitOrAbort(Promise.resolve(1), signal, 'x')).toBe(1);
    await expect(waitOrAbort(Promise.reject(new Error('no')), signal, 'x')).rejects.toThrow('no');
  });

  test('a deadline rejects with TIMEOUT when the time passes, with ABORTED when the signal fires first', async () => {
    const never = new Promise<never>(() => undefined);
    const late = waitWithin(never, { clock, timeoutMs: 50, what: 'reading bucket routes' });
    const timedOut = expect(late).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'reading bucket routes took longer than 50 ms',
    });
    await clock.advance(50);
    await timedOut;
    const controller = new AbortController();
    const aborted = expect(
      waitWithin(never, { clock, timeoutMs: 50, what: 'x', signal: controller.signal }),
    ).rejects.toMatchObject({
      code: 'ABORTED',
    });
    controller.abort();
    await aborted;
    expect(await waitWithin(Promise.resolve('in time'), { clock, timeoutMs: 50, what: 'x' })).toBe('in time');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('TimeSlice', () => {
  test('is over when its time is, and begins again after everything else had its turn', async () => {
    let turns = 0;
    const slice = new TimeSlice(clock, async () => {
      turns += 1;
    });
    expect(slice.isOver).toBe(false);
    await clock.advance(4);
    expect(slice.isOver).toBe(true);
    await slice.pause();
    expect(slice.isOver).toBe(false);
    expect(turns).toBe(1);
  });

  test('is over, too, when the clock was set back', () => {
    let now = 3_600_000;
    const slice = new TimeSlice({ ...systemClock, now: () => now }, async () => undefined);
    now = 0;
    expect(slice.isOver).toBe(true);
  });
});

describe('Mutex', () => {
  test('runs one task at a time in order, past the failing ones', async () => {
    const mutex = new Mutex();
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = mutex.run(async () => {
      order.push('first in');
      await gate.promise;
      order.push('first out');
      throw new Error('first failed');
    });
    const second = mutex.run(() => order.push('second'));
    const idle = mutex.idle().then(() => order.push('idle'));
    await settlePromises();
    expect(order).toEqual(['first in']);
    gate.resolve();
    await expect(first).rejects.toThrow('first failed');
    await Promise.all([second, idle]);
    expect(order).toEqual(['first in', 'first out', 'second', 'idle']);
  });
});

describe('backoff', () => {
  test('doubles up to the cap, in the upper half of it by chance', () => {
    const options = resolveBackoffOptions({ initialDelayMs: 100, maxDelayMs: 1000 });
    const delays = [1, 2, 3, 4, 5, 500].map((failures) => backoffDelayMs(failures, 1, options));
    expect(delays).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(backoffDelayMs(1, 0, options)).toBe(50);
    expect(backoffDelayMs(500, 0, options)).toBe(500);
  });

  test('delays of 0 stay 0, however many failures there were', () => {
    const options = resolveBackoffOptions({ initialDelayMs: 0 });
    expect([1, 2, 1024, 1025, 100_000].map((failures) => backoffDelayMs(failures, 1, options))).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });

  test('options out of range are refused by name', () => {
    expect(() => resolveBackoffOptions({ initialDelayMs: -1 })).toThrow(/initialDelayMs is -1/);
    expect(() => resolveBackoffOptions({ maxDelayMs: 5 })).toThrow(
      /maxDelayMs is 5, below initialDelayMs \(100\)/,
    );
    expect(() => resolveBackoffOptions({ factor: 0.5 })).toThrow(/factor is 0.5/);
  });
});

describe('RunningState', () => {
  const state = (): RunningState =>
    new RunningState({ clock, random: () => 1, backoff: resolveBackoffOptions({ initialDelayMs: 10 }) });

  test('waits longer with each failure, and from the beginning after a sign of health', async () => {
    const running = state();
    const waits: (number | undefined)[] = [];
    for (const healthy of [false, false, true]) {
      if (healthy) running.resetBackoff();
      const wait = running.backoff();
      waits.push(clock.nextTimerMs);
      await clock.advance(1000);
      await wait;
    }
    expect(waits).toEqual([10, 20, 10]);
  });

  test('a stop ends the waiting and every open scope', async () => {
    const running = state();
    const scope = running.openScope();
    const wait = running.backoff();
    running.stop('shutdown');
    await wait;
    expect(running.shouldRun).toBe(false);
    expect(scope.signal.reason).toBe('shutdown');
    expect(running.openScope().signal.aborted).toBe(true);
  });

  test('a scope can be aborted by itself, and lets go of the loop', () => {
    const running = state();
    const scope = running.openScope();
    scope.abort('this one');
    expect(scope.signal.aborted).toBe(true);
    expect(running.shouldRun).toBe(true);
    const released = running.openScope();
    released.release();
    running.stop();
    expect(released.signal.aborted).toBe(false);
  });

  test('stops with a signal, also one that fired before', () => {
    const running = state();
    const controller = new AbortController();
    running.stopOn(controller.signal);
    controller.abort();
    expect(running.shouldRun).toBe(false);
    const late = state();
    late.stopOn(controller.signal);
    expect(late.shouldRun).toBe(false);
  });
});

describe('ResourceScope', () => {
  const resource = (close: () => Promise<void>): Resource => ({ close, [Symbol.asyncDispose]: close });

  test('closes its members once, the latest first, every one of them however many fail', async () => {
    const closed: string[] = [];
    const scope = new ResourceScope('bucket routes');
    const member = (name: string, error?: Error): Resource =>
      resource(async () => {
        closed.push(name);
        if (error !== undefined) throw error;
      });
    scope.attach(member('a'));
    scope.attach(member('b', new Error('b failed')));
    scope.attach(member('c', new Error('c failed')));
    const detach = scope.attach(member('gone'));
    detach();
    const closing = scope.close();
    expect(scope.close()).toBe(closing);
    await expect(closing).rejects.toThrow('bucket routes: 2 closes failed');
    expect(closed).toEqual(['c', 'b', 'a']);
  });

  test('closes its members at the same time: one that takes its time holds up no other', async () => {
    const scope = new ResourceScope('bucket routes');
    const closed: string[] = [];
    const slow = Promise.withResolvers<void>();
    scope.attach(resource(async () => void closed.push('quick')));
    scope.attach(resource(() => slow.promise));
    const closing = scope.close();
    expect(closed).toEqual(['quick']);
    slow.resolve();
    await closing;
  });

  test('a single failure is that failure, and a closed scope takes no members', async () => {
    const scope = new ResourceScope('bucket routes');
    const error = new Error('engine');
    scope.attach(resource(() => Promise.reject(error)));
    await expect(scope.close()).rejects.toBe(error);
    expect(scope.isClosed).toBe(true);
    expect(() => scope.attach(resource(async () => undefined))).toThrow(
      expect.objectContaining({ code: 'CLOSED', message: 'bucket routes is closed' }),
    );
  });
});
