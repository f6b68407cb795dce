import { type Cancel, type Clock, systemClock } from '@slipstream/core';

interface Wait {
  readonly due: number;
  readonly callback: () => void;
  cancel: Cancel;
}

/** The machine's clock, which can also be moved ahead at once: what falls due then is called then. */
export class ShiftedClock implements Clock {
  readonly #waits = new Set<Wait>();
  #shiftMs = 0;

  now(): number {
    return systemClock.now() + this.#shiftMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const wait: Wait = { due: this.now() + delayMs, callback, cancel: () => undefined };
    wait.cancel = systemClock.after(delayMs, () => this.#ring(wait));
    this.#waits.add(wait);
    return () => {
      wait.cancel();
      this.#waits.delete(wait);
    };
  }

  shift(ms: number): void {
    this.#shiftMs += ms;
    const due = [...this.#waits].filter((wait) => wait.due <= this.now());
    for (const wait of due.sort((a, b) => a.due - b.due)) if (this.#waits.has(wait)) this.#ring(wait);
  }

  #ring(wait: Wait): void {
    wait.cancel();
    this.#waits.delete(wait);
    wait.callback();
  }
}
