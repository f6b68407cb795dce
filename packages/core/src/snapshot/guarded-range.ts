/** What a {@link GuardedRange} works with. */
export interface GuardedRangeParts<T> {
  /** Checks the arguments, at the first `next()`, and returns the most items that may be read. */
  readonly begin: () => number;
  /** Returns the engine's items; not called when none may be read. */
  readonly open: () => Iterable<T> | undefined;
  /** Throws once the fold is closing. */
  readonly assertOpen: () => void;
  /** The error to throw for one that the engine threw. */
  readonly failure: (error: unknown) => unknown;
  /** Contains the engine's iterator as long as it holds anything. */
  readonly openIterators: Set<{ return?(): unknown }>;
}

/**
 * The items of an engine, as far as they may be read. An iterator object, since a generator costs more per item: it
 * passes on the engine's own results.
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
        // The first failure says more.
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

  /** An error ends it, as it would a generator. */
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
