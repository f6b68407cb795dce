import type { Cancel, Clock } from '@slipstream/core';

/** A process's view of the world's clock: while it is suspended, time passes, and its timers fire when it resumes. */
export class SuspendableClock implements Clock {
  readonly #clock: Clock;
  #held: (() => void)[] | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, callback: () => void): Cancel {
    let isCancelled = false;
    const fire = (): void => {
      if (!isCancelled) callback();
    };
    const cancel = this.#clock.after(delayMs, () => {
      if (this.#held === undefined) callback();
      else this.#held.push(fire);
    });
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  suspend(): void {
    this.#held ??= [];
  }

  wake(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fire of held) fire();
  }
}
