import { UNNOTICED_MS } from '../protocol/marker-gap.js';

/**
 * Until when a watch is sure to have been told of everything in scope.
 *
 * That it is "live" does not say so: while the caller's code or the store is slow, a dead peer goes unnoticed,
 * and what the source handed over may have been waiting. Only a watch that had everything and then waited longer
 * than a death can go unnoticed was told of all that happened until shortly before the wait ended.
 */
export class IdleTime {
  #waitingSince: number | undefined;
  #until: number | undefined;

  /** When the last such wait ended, by the watch's clock; `undefined`: there was none. */
  get until(): number | undefined {
    return this.#until;
  }

  /** The watch has dealt with all that the source had, and asks for more. */
  begin(now: number): void {
    this.#waitingSince = now;
  }

  /** The wait is over, or there is nothing to wait for. */
  end(now: number): void {
    if (this.#waitingSince !== undefined && now - this.#waitingSince > UNNOTICED_MS) this.#until = now;
    this.#waitingSince = undefined;
  }
}
