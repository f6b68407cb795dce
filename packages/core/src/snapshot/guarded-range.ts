/** What a {@link GuardedRange} is made of. */
export interface GuardedRangeParts<T> {
  /** Checks what was asked for, at the first `next()`, and returns how many items there may be. */
  readonly begin: () => number;
  /** Asked for the engine's items when there may be any. */
  readonly open: () => Iterable<T> | undefined;
  /** Throws once the fold is closing. */
  readonly assertOpen: () => void;
  /** The error to throw for one that the engine threw. */
  readonly failure: (error: unknown) => unknown;
  /** Where the engine's iterator is as long as it holds anything. */
  readonly openIterators: Set<{ return?(): unknown }>;
}

/**
 * The items of an engine, as far as they may be read. An object and no generator, since it is asked for each of them:
 * it hands on the results as the engine made them.
 */
export class GuardedRange<T> implements IterableIterator<T, undefined> {
  readonly #parts: GuardedRangeParts<T>;
  #items: Iterator<T> | undefined;
  #remaining = 0;
  #state: 'new' | 'open' | 'ended' = 'new';

  constructor(parts: GuardedRangeParts<T>) {
    this.#parts = parts;
  }

  next(): IteratorResult<T, undefined> {
    try {
      if (this.#state !== 'open') {
        if (this.#state === 'ended') return ENDED;
        this.#begin();
      }
      this.#parts.assertOpen();
      const next = this.#remaining > 0 ? this.#items?.next() : undefined;
      if (next === undefined || next.done) return this.return();
      this.#remaining -= 1;
      return next;
    } catch (error) {
      try {
        this.#end();
      } catch {
        // What it failed with first says more.
      }
      throw this.#parts.failure(error);
    }
  }

  return(): IteratorReturnResult<undefined> {
    try {
      this.#end();
      return ENDED;
    } catch (error) {
      throw this.#parts.failure(error);
    }
  }

  [Symbol.iterator](): this {
    return this;
  }

  #end(): void {
    this.#state = 'ended';
    const items = this.#items;
    this.#items = undefined;
    if (items !== undefined && this.#parts.openIterators.delete(items)) items.return?.();
  }

  /** What throws ends it, as it would a generator. */
  #begin(): void {
    this.#state = 'ended';
    const { begin, open, openIterators } = this.#parts;
    this.#remaining = begin();
    this.#items = this.#remaining > 0 ? open()?.[Symbol.iterator]() : undefined;
    if (this.#items !== undefined) openIterators.add(this.#items);
    this.#state = 'open';
  }
}

const ENDED: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });
