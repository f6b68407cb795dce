import { WatchCursor } from '@slipstream/core';
import { Violation } from './violation.js';

/**
 * Checks, over all lives of a node, that the cursor of its fold never goes back within an epoch, and never returns
 * to an epoch that it has left.
 */
export class CursorAudit {
  readonly #fold: string;
  readonly #left = new Set<string | undefined>();
  #last: WatchCursor = WatchCursor.none;
  #checks = 0;

  /** @param fold - Its name, for the message. */
  constructor(fold: string) {
    this.#fold = fold;
  }

  /** The furthest position that the fold is known to have committed. */
  get last(): WatchCursor {
    return this.#last;
  }

  /** Cursors that were looked at. */
  get checks(): number {
    return this.#checks;
  }

  /**
   * Takes note of a cursor that the fold reported after a commit, or has when it is opened again.
   * @throws {Violation} when it lies before one that was reported: an acknowledged commit is gone
   */
  observe(text: string): void {
    const cursor = WatchCursor.parse(text);
    this.#checks += 1;
    const before = this.#last.revision ?? 0n;
    const now = cursor.revision ?? 0n;
    const sameEpoch = this.#last.epoch === cursor.epoch || cursor.isNone;
    if ((sameEpoch && now < before) || this.#left.has(cursor.epoch)) {
      throw new Violation(`the cursor of ${this.#fold} went back from ${this.#last} to ${cursor}`);
    }
    if (!sameEpoch && !this.#last.isNone) this.#left.add(this.#last.epoch);
    this.#last = cursor;
  }
}
