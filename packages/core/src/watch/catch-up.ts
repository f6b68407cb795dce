/**
 * Knows when an attachment has received everything that its source had when it attached.
 *
 * Waiting for `pending` to reach 0 alone would never end on a bucket that is written to faster than it is
 * read. So it counts: deliveries come in order, and what vanishes meanwhile only makes the old part shorter,
 * so after as many updates as were pending at first, none of the old ones is left.
 */
export class CatchUp {
  #remaining: number | undefined;
  #done = false;

  get isDone(): boolean {
    return this.#done;
  }

  /** Counts a chunk. */
  received(updates: number, pending: number | undefined): void {
    if (this.#remaining !== undefined) this.#remaining -= updates;
    else this.#remaining = pending;
    if (pending === 0 || (this.#remaining !== undefined && this.#remaining <= 0)) this.#done = true;
  }
}
