import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@slipstream/core';

/** How long a commit may keep the event loop from anything else. */
const SLICE_MS = 4;

/** Long work in short slices, so that reads and timers of the process go on meanwhile. */
export class TimeSlice {
  readonly #clock: Clock;
  #endsAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#endsAt = clock.now() + SLICE_MS;
  }

  /** Whether {@link pause} is due. Cheap, but not free: ask every few dozen steps. */
  get isOver(): boolean {
    return this.#clock.now() >= this.#endsAt;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#endsAt = this.#clock.now() + SLICE_MS;
  }
}
