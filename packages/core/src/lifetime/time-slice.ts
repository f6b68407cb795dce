import type { Clock } from './clock.js';

// Half of what keeps a server's timers and reads within a few milliseconds of their time.
const SLICE_MS = 4;

/** Long synchronous work in short slices, so that reads and timers of the process go on meanwhile. */
export class TimeSlice {
  readonly #clock: Clock;
  readonly #yieldToEventLoop: () => Promise<void>;
  #beganAt: number;

  /**
   * @param yieldToEventLoop - Lets the event loop turn once: `setImmediate` of `node:timers/promises`, where there is
   * one.
   */
  constructor(clock: Clock, yieldToEventLoop: () => Promise<void>) {
    this.#clock = clock;
    this.#yieldToEventLoop = yieldToEventLoop;
    this.#beganAt = clock.now();
  }

  /** Whether {@link pause} is due. Cheap, but not free: ask every few dozen steps. */
  get isOver(): boolean {
    // A clock that was set back does not say how long the slice has taken.
    return Math.abs(this.#clock.now() - this.#beganAt) >= SLICE_MS;
  }

  /** Lets everything else have its turn, and begins the next slice. */
  async pause(): Promise<void> {
    await this.#yieldToEventLoop();
    this.#beganAt = this.#clock.now();
  }
}
