import type { VersionToken } from '../cursor/version-token.js';

/** A change that a replica has applied, with the typed value. */
export type Change<V> =
  | { readonly kind: 'put'; readonly key: string; readonly value: V; readonly version: VersionToken }
  | { readonly kind: 'delete'; readonly key: string; readonly version: VersionToken };

/**
 * The changes of one subscriber, from the moment it subscribed. A subscriber that is slower than the stream
 * gets the last change of each key instead of every one, so what waits for it is bounded by the number of
 * keys. Leaving the loop unsubscribes.
 */
export class ChangeFeed<V> implements AsyncIterableIterator<Change<V>> {
  readonly #prefix: string;
  readonly #unsubscribe: (feed: ChangeFeed<V>) => void;
  readonly #waiting = new Map<string, Change<V>>();
  readonly #readers: PromiseWithResolvers<IteratorResult<Change<V>>>[] = [];
  #ended: { readonly error: unknown } | undefined;

  constructor(prefix: string, unsubscribe: (feed: ChangeFeed<V>) => void) {
    this.#prefix = prefix;
    this.#unsubscribe = unsubscribe;
  }

  /** Takes in what concerns this subscriber. */
  publish(changes: readonly Change<V>[]): void {
    for (const change of changes) {
      if (!change.key.startsWith(this.#prefix)) continue;
      const reader = this.#readers.shift();
      if (reader !== undefined) {
        reader.resolve({ done: false, value: change });
      } else {
        // Deleted first, so that the order is that of the last changes.
        this.#waiting.delete(change.key);
        this.#waiting.set(change.key, change);
      }
    }
  }

  /** No change will follow: readers get what waits, then the end, or `error` if there is one. */
  end(error?: unknown): void {
    this.#ended ??= { error };
    this.#unsubscribe(this);
    for (const reader of this.#readers.splice(0)) this.#next().then(reader.resolve, reader.reject);
  }

  next(): Promise<IteratorResult<Change<V>>> {
    if (this.#waiting.size > 0 || this.#ended !== undefined) return this.#next();
    const reader = Promise.withResolvers<IteratorResult<Change<V>>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  async return(): Promise<IteratorResult<Change<V>>> {
    this.#waiting.clear();
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<IteratorResult<Change<V>>> {
    for (const [key, value] of this.#waiting) {
      this.#waiting.delete(key);
      return { done: false, value };
    }
    const error = this.#ended?.error;
    // Reported once; afterwards the feed is simply over.
    this.#ended = { error: undefined };
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }
}
