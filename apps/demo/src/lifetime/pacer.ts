import { sleep, systemClock } from '@slipstream/core';

/** Gives out turns at an even rate per second, however many callers take them. */
export class Pacer {
  readonly #intervalMs: number;
  #nextAt = performance.now();

  /** @param perSecond - `Infinity`: every turn is due at once. */
  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  /** Waits for the next free turn; resolves to false when `signal` fires before. */
  async turn(signal: AbortSignal): Promise<boolean> {
    const waitMs = this.#nextAt - performance.now();
    this.#nextAt += this.#intervalMs;
    if (waitMs > 0) await sleep(systemClock, waitMs, signal).catch(() => undefined);
    return !signal.aborted;
  }
}
