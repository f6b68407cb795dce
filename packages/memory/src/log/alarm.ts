import type { Cancel, Clock } from '@slipstream/core';

/**
 * Rings at a point in time, or earlier: the owner checks what is due and sets it again. Moving it with every change of
 * what is due next would cost more than the few idle rings.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #due = Number.POSITIVE_INFINITY;
  #cancelTimer: Cancel | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `due` at the latest; `Infinity`: no need to. */
  setFor(due: number): void {
    if (due >= this.#due) return;
    this.cancel();
    this.#due = due;
    this.#cancelTimer = this.#clock.after(due - this.#clock.now(), () => {
      this.cancel();
      this.#ring();
    });
  }

  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
  }
}
