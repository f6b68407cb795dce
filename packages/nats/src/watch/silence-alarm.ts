import type { Cancel, Clock } from '@slipstream/core';

/** Silence is checked for this often per heartbeat, and reported after two heartbeats. */
const CHECKS_PER_HEARTBEAT = 4;
const SILENT_CHECKS = 2 * CHECKS_PER_HEARTBEAT;

/**
 * Reports, once, that nothing was heard for two heartbeats.
 *
 * A late check counts only once: when the process was busy for a while, what has arrived in the meantime is read
 * before the next one.
 */
export class SilenceAlarm {
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #onSilence: () => void;
  #silentChecks = 0;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, heartbeatMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
    this.#onSilence = onSilence;
  }

  /** From now on something should be heard. */
  start(): void {
    this.#cancel = this.#clock.after(this.#heartbeatMs / CHECKS_PER_HEARTBEAT, () => {
      this.#silentChecks += 1;
      if (this.#silentChecks <= SILENT_CHECKS) this.start();
      else this.#onSilence();
    });
  }

  heard(): void {
    this.#silentChecks = 0;
  }

  stop(): void {
    this.#cancel();
  }
}
