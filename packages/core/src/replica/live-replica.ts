import type { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import { closedError } from '../errors/slipstream-error.js';
import type { Resource } from '../lifetime/resource.js';
import type { RangeOptions, SnapshotStore } from '../snapshot/snapshot-store.js';
import type { AppliedWatch } from '../watch/applied-watch.js';
import type { WatchState } from '../watch/watch-state.js';
import type { Change } from './change-feed.js';
import { publishedWrites } from './published-writes.js';
import type { QuarantinedValue } from './quarantine.js';
import type { Replica, ReplicaEntry } from './replica.js';
import type { TypedFold } from './typed-fold.js';

/** A typed fold and the watch that feeds it, as one resource. */
export class LiveReplica<V> implements Replica<V> {
  readonly #fold: TypedFold<V>;
  readonly #watch: AppliedWatch;
  readonly #owned: Resource | undefined;
  #closing: Promise<void> | undefined;

  /** @param owned - What the replica opened itself, and closes. */
  constructor(fold: TypedFold<V>, watch: AppliedWatch, owned: Resource | undefined) {
    this.#fold = fold;
    this.#watch = watch;
    this.#owned = owned;
    watch.done.then(
      () => fold.end(),
      (error: unknown) => fold.end(error),
    );
  }

  get ready(): Promise<void> {
    return this.#watch.ready;
  }

  get done(): Promise<WatchCursor> {
    return this.#watch.done;
  }

  get state(): WatchState {
    return this.#watch.state;
  }

  get cursor(): WatchCursor {
    return this.#watch.cursor;
  }

  get lag(): number | undefined {
    return this.#watch.lag;
  }

  get quarantine(): ReadonlyMap<string, QuarantinedValue<V>> {
    return this.#fold.quarantine;
  }

  get(key: string): V | undefined {
    this.#assertOpen();
    return this.#fold.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  entry(key: string): ReplicaEntry<V> | undefined {
    this.#assertOpen();
    return this.#fold.entry(key);
  }

  entries(prefix: string = '', options?: RangeOptions): Iterable<readonly [string, V]> {
    this.#assertOpen();
    return this.#fold.entries(prefix, options);
  }

  scan(prefix: string = '', options?: RangeOptions): AsyncIterable<readonly [string, V]> {
    this.#assertOpen();
    return this.#fold.scan(prefix, options);
  }

  changes(prefix: string = ''): AsyncIterableIterator<Change<V>> {
    this.#assertOpen();
    return this.#fold.subscribe(prefix);
  }

  waitFor(version: VersionToken, options?: { readonly signal?: AbortSignal | undefined }): Promise<void> {
    return this.#watch.waitFor(version, options);
  }

  between<T>(visit: (store: SnapshotStore | undefined) => T | Promise<T>): Promise<T> {
    return this.#watch.between((store) => visit(store && publishedWrites(store, this.#fold)));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedError('the replica');
  }

  async #close(): Promise<void> {
    // An earlier failure was reported by `done` and `state`; closing does not fail again.
    const failedBefore = this.#watch.state.name === 'failed';
    try {
      await this.#watch.stop();
    } catch (error) {
      if (!failedBefore) throw error;
    } finally {
      await this.#owned?.close();
    }
  }
}
