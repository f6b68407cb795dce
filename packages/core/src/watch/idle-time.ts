import type { Cancel, Clock } from '../lifetime/clock.js';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';

const PULSE_MS = 5_000;
/**
 * A pulse that comes later than this says that the process stood still in between: suspended, or too busy to
 * notice a dead peer. With the time in which a session notices one, it stays within {@link UNNOTICED_MS}.
 */
const STANDSTILL_MS: number = UNNOTICED_MS / 2;

/**
 * Until when a watch is sure to have been told of everything in scope.
 *
 * That it is "live" does not say so: while the caller's code or the store is slow, a dead peer goes unnoticed,
 * and what the source handed over may have been waiting. Only a watch that had everything and then waited longer
 * than a death can go unnoticed was told of all that happened until shortly before the wait ended. And only a
 * process that runs does wait: one that was suspended for an hour has heard of nothing, however long it took. So
 * the waiting is counted from one pulse to the next.
 */
export class IdleTime {
  readonly #clock: Clock;
  #stopPulse: Cancel | undefined;
  #pulseAt = 0;
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

  /** The watch has dealt with all that the source had, and asks for more: the pulse beats while it waits. */
  begin(): void {
    this.#beat();
    this.#waitingSince = this.#pulseAt;
    if (this.#stopPulse === undefined) this.#schedule();
  }

  /** The wait is over, or there is nothing to wait for. */
  end(): void {
    this.#beat();
    this.#credit(this.#pulseAt);
    this.#waitingSince = undefined;
  }

  /** The session has ended, and a wait with it. */
  stop(): void {
    this.end();
    this.#stopPulse?.();
    this.#stopPulse = undefined;
  }

  /** Chunks come and go more often than it beats: one that finds nobody waiting is the last. */
  #schedule(): void {
    this.#stopPulse = this.#clock.after(PULSE_MS, () => {
      this.#stopPulse = undefined;
      this.#beat();
      if (this.#waitingSince !== undefined) this.#schedule();
    });
  }

  /** The process runs. If it stood still since the last pulse, the wait ended there, and another begins. */
  #beat(): void {
    const now = this.#clock.now();
    const before = this.#pulseAt;
    this.#pulseAt = now;
    if (now < before) this.#startOver(now);
    if (now - before <= STANDSTILL_MS || this.#waitingSince === undefined) return;
    this.#credit(before);
    this.#waitingSince = now;
  }

  /** The clock was set back: what it said before does not compare with what it says now. */
  #startOver(now: number): void {
    this.#until = undefined;
    if (this.#waitingSince !== undefined) this.#waitingSince = now;
  }

  #credit(until: number): void {
    if (this.#waitingSince !== undefined && until - this.#waitingSince > UNNOTICED_MS) this.#until = until;
  }
}
