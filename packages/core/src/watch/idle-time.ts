import type { Cancel, Clock } from '../lifetime/clock.js';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';

const TICK_MS = 5_000;
/**
 * A tick that comes later than this means that the process stood still: suspended, or too busy to notice a dead peer.
 * Together with the time in which a session notices one, it stays within {@link UNNOTICED_MS}.
 */
const STANDSTILL_MS: number = UNNOTICED_MS / 2;

/**
 * Tracks the latest moment up to which the watch is known to have received everything in scope.
 *
 * Being `live` does not prove that: behind a slow `apply` or store a dead peer goes unnoticed. Only a watch that had
 * applied everything and then waited, with the process running, for longer than {@link UNNOTICED_MS} was connected
 * until shortly before the wait ended. Timer ticks split the wait, so that time in which the process was suspended
 * does not count.
 */
export class IdleTime {
  readonly #clock: Clock;
  #stopTicks: Cancel | undefined;
  #tickedAt = 0;
  #waitingSince: number | undefined;
  #until: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long ago the last such wait ended; `undefined`: there was none, or the clock was set back since. */
  get sinceMs(): number | undefined {
    const sinceMs = this.#until === undefined ? -1 : this.#clock.now() - this.#until;
    return sinceMs < 0 ? undefined : sinceMs;
  }

  /** The watch has applied all that the source had, and waits for more: the timer ticks meanwhile. */
  begin(): void {
    this.#tick();
    this.#waitingSince = this.#tickedAt;
    if (this.#stopTicks === undefined) this.#schedule();
  }

  /** The wait is over, or there is nothing to wait for. */
  end(): void {
    this.#tick();
    this.#credit(this.#tickedAt);
    this.#waitingSince = undefined;
  }

  /** The session has ended, and a wait with it. */
  stop(): void {
    this.end();
    this.#stopTicks?.();
    this.#stopTicks = undefined;
  }

  /** Waits begin and end more often than it ticks: a tick outside of any wait is the last. */
  #schedule(): void {
    this.#stopTicks = this.#clock.after(TICK_MS, () => {
      this.#stopTicks = undefined;
      this.#tick();
      if (this.#waitingSince !== undefined) this.#schedule();
    });
  }

  /** The process runs. If it stood still since the last tick, the wait ended there, and another begins. */
  #tick(): void {
    const now = this.#clock.now();
    const before = this.#tickedAt;
    this.#tickedAt = now;
    if (now < before) this.#startOver(now);
    if (now - before <= STANDSTILL_MS || this.#waitingSince === undefined) return;
    this.#credit(before);
    this.#waitingSince = now;
  }

  /** The clock was set back: earlier times cannot be compared with those from now on. */
  #startOver(now: number): void {
    this.#until = undefined;
    if (this.#waitingSince !== undefined) this.#waitingSince = now;
  }

  #credit(until: number): void {
    if (this.#waitingSince !== undefined && until - this.#waitingSince > UNNOTICED_MS) this.#until = until;
  }
}
