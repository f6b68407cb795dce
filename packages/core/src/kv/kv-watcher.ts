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
   * Losses are never silent. When the log drops an update before the watch has delivered it, the watch delivers what
   * came before and then rejects with `CURSOR_EXPIRED`; where only delete markers may be missing, it sets
   * {@link WatchChunk.mayLackDeletes} and continues.
   *
   * The consumer pulls: between two calls of `next()` a source holds a bounded number of bytes and makes its
   * peer wait. One server-side consumer serves the whole scope. `return()` (leaving a `for await`) frees
   * everything; `signal` makes the pending `next()` reject with `ABORTED`. A watch that breaks rejects, once,
   * with the error that says why (`WATCH_FAILED`, `UNAVAILABLE`, `UNAUTHORIZED`, `NOT_FOUND`, …) after
   * handing over what had arrived contiguously; the watch does not re-attach by itself: re-attach from the last
   * chunk's cursor.
   */
  watch(scope: WatchScope, options?: KvWatchOptions): AsyncIterable<WatchChunk>;
  /**
   * While the source reconnects to its peer: resolves as soon as the connection is back, so that the loop re-attaches
   * at once instead of backing off. `undefined` when there is nothing to wait for. Absent where a source keeps no
   * connection.
   *
   * @throws `UNAVAILABLE` when it takes too long; `CLOSED` when the source gave up reconnecting; `ABORTED`
   */
  reconnected?(options?: KvRequestOptions): Promise<void> | undefined;
}

/** Options of a watch. */
export interface KvWatchOptions {
  /** Where to go on; absent or `WatchCursor.none`: state first. */
  readonly resume?: WatchCursor | undefined;
  /**
   * With `resume` below the retained window: begin at the oldest retained update instead of rejecting with
   * `CURSOR_EXPIRED`. The caller finds out what is missing.
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
   * Delete markers before the end of this chunk may be missing: they may have left the log before the watch reached
   * them. A consumer with a fold must compare its keys with the source's once caught up, and must not store a cursor
   * past this chunk before.
   */
  readonly mayLackDeletes?: boolean | undefined;
}
