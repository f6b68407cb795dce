import type { Cancel, Clock } from '../lifetime/clock.js';
import { yieldToEventLoop } from '../lifetime/yield-to-event-loop.js';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is advanced. Timers fire in the order they are due. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** @param now - Where it starts, in milliseconds since 1970. */
  constructor(now: number = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const timer = { due: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** When the next timer is due, in milliseconds from now; `undefined` when none waits. */
  get nextTimerMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.due - this.#now;
  }

  /**
   * Moves time by `ms` and fires what falls due, one timer after the other, letting everything that each
   * one sets off in promises run before the next.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settlePromises();
    for (let timer = this.#next(); timer !== undefined && timer.due <= target; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.due);
      timer.callback();
      await settlePromises();
    }
    this.#now = target;
  }

  /**
   * Moves time by `ms` without firing a timer, as it moves for a process that is suspended: what fell due fires
   * with the next {@link advance}.
   */
  leap(ms: number): void {
    this.#now += ms;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        next === undefined ||
        timer.due < next.due ||
        (timer.due === next.due && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}

/**
 * Lets every promise chain that needs no timer and no I/O run to its end: a macrotask runs only once the
 * queue of microtasks is empty.
 */
export function settlePromises(): Promise<void> {
  return yieldToEventLoop();
}
