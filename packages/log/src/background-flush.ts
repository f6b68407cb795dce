import type { LogFold } from './log-fold.js';

/** At most so much time of commits is lost with the power, as long as commits go on. */
const FLUSH_INTERVAL_MS = 1000;

/**
 * Flushes a fold that does not flush every commit, behind the commits and at most once a second. It bounds
 * what a power loss takes, and lets the log state how far its bytes are safe: damage there is told from a
 * torn tail.
 */
export class BackgroundFlush {
  readonly #fold: LogFold;
  #running: Promise<void> | undefined;
  #flushedAt: number;
  #failure: unknown;

  constructor(fold: LogFold) {
    this.#fold = fold;
    this.#flushedAt = fold.config.clock.now();
  }

  /**
   * What the last flush failed with. The system may have dropped what it could not write, and says so only
   * once: the log has to be written anew before it is trusted again.
   */
  get failure(): unknown {
    return this.#failure;
  }

  /** The log has been written anew. */
  forgetFailure(): void {
    this.#failure = undefined;
  }

  startIfDue(): void {
    const { config, log } = this.#fold;
    if (config.sync || this.#running !== undefined) return;
    const now = config.clock.now();
    // A clock that was set back does not put it off.
    if (Math.abs(now - this.#flushedAt) < FLUSH_INTERVAL_MS) return;
    this.#flushedAt = now;
    // A compaction may give this log up meanwhile. Closed under the flush, it would seem to have failed.
    const unpin = log.pin();
    this.#running = log
      .flush()
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        unpin();
        this.#running = undefined;
      });
  }

  /** Resolves when no flush is running. */
  async idle(): Promise<void> {
    await this.#running;
  }
}
