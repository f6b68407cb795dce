import type { OpenFold } from './open-fold.js';

/** At most so much time of commits is lost with the power, as long as commits go on. */
const FLUSH_INTERVAL_MS = 1000;

/**
 * Flushes a fold that does not flush every commit, behind the commits and at most once a second. It bounds
 * what a power loss takes, and lets the log state how far its bytes are safe: damage there is told from a
 * torn tail.
 */
export class BackgroundFlush {
  readonly #fold: OpenFold;
  #running: Promise<void> | undefined;
  #dueAt: number;
  #failure: unknown;

  constructor(fold: OpenFold) {
    this.#fold = fold;
    this.#dueAt = fold.config.clock.now() + FLUSH_INTERVAL_MS;
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
    const now = this.#fold.config.clock.now();
    if (this.#fold.config.sync || this.#running !== undefined || now < this.#dueAt) return;
    this.#dueAt = now + FLUSH_INTERVAL_MS;
    this.#running = this.#fold.log
      .flush()
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when no flush is running. */
  async idle(): Promise<void> {
    await this.#running;
  }
}
