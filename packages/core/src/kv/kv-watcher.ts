import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { WatchScope } from '../scope/watch-scope.js';
import type { KvUpdate } from './kv-entry.js';
import type { KvRequestOptions } from './kv-request-options.js';

/** The change stream. */
export interface KvWatcher {
  /**
   * Follows `scope`. Nothing is requested before the first `next()`.
   *
   * - Without `resume`: first the last update (value or marker) of every key in scope, in revision order,
   *   then live changes. There is no gap between the two.
   * - With `resume`: exactly the updates in scope after that cursor. When the source cannot prove that it
   *   still has all of them, or the cursor is of another epoch or beyond the log's end, the first `next()`
   *   rejects with `CURSOR_EXPIRED` and nothing is yielded.
   *
   * What the log drops before the watch has come to it is not lost in silence: the watch rejects with
   * `CURSOR_EXPIRED` after what came before the loss, or, where it may be that only delete markers are missing,
   * says so with {@link WatchChunk.mayLackDeletes} and goes on.
   *
   * The consumer pulls: between two calls of `next()` a source holds a bounded number of bytes and makes its
   * peer wait. One server-side consumer serves the whole scope. `return()` (leaving a `for await`) frees
   * everything; `signal` makes the pending `next()` reject with `ABORTED`. A watch that breaks rejects, once,
   * with the error that says why (`WATCH_FAILED`, `UNAVAILABLE`, `UNAUTHORIZED`, `NOT_FOUND`, …) after
   * handing over what had arrived contiguously; the watch does not re-attach by itself: attach anew from the
   * last chunk's cursor.
   */
  watch(scope: WatchScope, options?: KvWatchOptions): AsyncIterable<WatchChunk>;
  /**
   * While the connection to the peer is down and being made anew: resolves as soon as that is done, so that the
   * loop attaches right then, instead of trying in vain, less and less often. `undefined` when there is nothing to
   * wait for. Absent where a source keeps no connection.
   *
   * @throws `UNAVAILABLE` when it takes too long; `CLOSED` when it will not be made anew; `ABORTED`
   */
  reconnected?(options?: KvRequestOptions): Promise<void> | undefined;
}

/** Options of a watch. */
export interface KvWatchOptions {
  /** Where to go on; absent or `WatchCursor.none`: state first. */
  readonly resume?: WatchCursor | undefined;
  /**
   * With `resume` below the retained window: begin at the oldest update that is left instead of rejecting with
   * `CURSOR_EXPIRED`. The caller has taken it upon itself to find out what is missing.
   * @defaultValue false
   */
  readonly afterGap?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What has arrived since the last pull. */
export interface WatchChunk {
  /** In revision order; empty for a bookmark. Owned by the receiver. */
  readonly updates: readonly KvUpdate[];
  /**
   * The position after these updates. It may be past the last of them: the source has then proved that
   * nothing in scope lies between. `WatchCursor.none` only while nothing can be claimed yet.
   */
  readonly cursor: WatchCursor;
  /**
   * How many updates in scope the source has ready beyond this chunk; 0: caught up; `undefined`: it did not
   * say. A watch yields a chunk with 0 (possibly empty) whenever it catches up, at once on an empty scope.
   */
  readonly pending: number | undefined;
  /**
   * Deletes before the end of this chunk may be missing: their markers may have left the log before the watch
   * came to them. Whoever keeps a fold compares its keys with the source's once it has caught up, and stores no
   * cursor past them before. Absent where the source knows better.
   */
  readonly mayLackDeletes?: boolean | undefined;
}
