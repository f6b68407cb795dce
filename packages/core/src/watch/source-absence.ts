import type { SlipstreamError } from '../errors/slipstream-error.js';
import type { Clock } from '../lifetime/clock.js';

/**
 * How long a source that was followed has been missing. A bucket that is re-created is missing for a moment, and a
 * fleet that gave up at that moment would have to be restarted by hand.
 */
export class SourceAbsence {
  readonly #clock: Clock;
  readonly #longestMs: number;
  #since: number | undefined;

  constructor(clock: Clock, longestMs: number) {
    this.#clock = clock;
    this.#longestMs = longestMs;
  }

  /** Whether `error` ended a session because the source is missing, and it may still be re-created. */
  isWaitedFor(error: SlipstreamError): boolean {
    if (error.code !== 'NOT_FOUND') {
      this.#since = undefined;
      return false;
    }
    const now = this.#clock.now();
    this.#since ??= now;
    return now - this.#since < this.#longestMs;
  }
}
