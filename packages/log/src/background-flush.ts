import type { LogFold } from './log-fold.js';

/** A power loss takes at most the commits of this time, while commits continue. */
const FLUSH_INTERVAL_MS = 1000;

/**
 * Flushes a fold that does not flush every commit, in the background and at most once a second. It bounds
 * what a power loss takes, and lets the log state how far its bytes are durable: damage there is distinguished from a
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
   * The error of the last flush. The system may have dropped what it could not write, and reports that only
   * once: the log has to be rewritten before it is trusted again.
   */
  get failure(): unknown {
    return this.#failure;
  }

  /** To be called when the log has been rewritten. */
  forgetFailure(): void {
    this.#failure = undefined;
  }

  startIfDue(): void {
    const { config, log } = this.#fold;
    if (config.sync || this.#running !== undefined) return;
    const now = config.clock.now();
    // A clock that was set back does not delay it.
    if (Math.abs(now - this.#flushedAt) < FLUSH_INTERVAL_MS) return;
    this.#flushedAt = now;
    // A compaction may retire this log meanwhile. Closed during the flush, the flush would seem to have failed.
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
