import { setImmediate, setTimeout } from 'node:timers/promises';

/** Short commits take a few turns of the event loop; for longer ones it is polled. */
const TURNS = 4;
const POLL_MS = 1;

/**
 * Commits that are done as soon as readers see them: then the kernel has them, and only a crash of the machine can lose
 * them. The engine itself reports a commit once it is flushed, and flushes one while the next is being written.
 */
export class UnflushedCommits {
  #failure: { readonly error: unknown } | undefined;
  #last: Promise<void> | undefined;

  /**
   * Resolves when readers see what `write` commits. Rejects, with nothing written, when the commit before
   * could not be flushed after it had become visible.
   * @param write - Resolves when the engine has flushed it.
   * @param isVisible - Throws when the engine has given up, and will not answer.
   */
  async run(write: () => Promise<void>, isVisible: () => boolean): Promise<void> {
    this.#throwFailure();
    let isFlushed = false;
    let isSeen = false;
    let failure: { readonly error: unknown } | undefined;
    const last = write().then(
      () => {
        isFlushed = true;
      },
      (error: unknown) => {
        failure = { error };
        if (isSeen) this.#failure = failure;
      },
    );
    for (let turn = 0; !isFlushed && failure === undefined && !isVisible(); turn++) {
      await (turn < TURNS ? setImmediate() : setTimeout(POLL_MS));
    }
    if (failure !== undefined) {
      // The engine may report the one before as failed, too, although it was flushed (lmdb 3.5.6). One is reported.
      await this.#last;
      this.#failure = undefined;
      throw failure.error;
    }
    isSeen = true;
    this.#last = last;
  }

  /** Waits until the engine is done with the last visible commit, whether or not it could be flushed. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}
