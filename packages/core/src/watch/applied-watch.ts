import type { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { WatchState } from './watch-state.js';

/** A running watch, as {@link watchApplied} returns it. */
export interface AppliedWatch extends AsyncDisposable {
  /**
   * Resolves when everything the source had at the first attachment is applied, at once for an empty scope.
   * Rejects when the watch ends before: with its error, or with `CLOSED`.
   */
  readonly ready: Promise<void>;
  readonly state: WatchState;
  /** The applied cursor: everything in scope at or before it has been applied and committed. */
  readonly cursor: WatchCursor;
  /** Updates that the source has and the fold does not have, if the source reports them; `undefined` while cut off. */
  readonly lag: number | undefined;
  /**
   * Settles when the watch has ended: with the final cursor after a stop, with the error otherwise. Nothing
   * of the watch runs after that.
   */
  readonly done: Promise<WatchCursor>;
  /**
   * Read your writes: resolves when `version` is applied, `await watch.waitFor(await writer.put(…))`. A
   * version outside the scope is passed when a later one inside it, or a bookmark, is applied. Versions are compared
   * as numbers of the log that the watch follows: those of a re-created bucket only once the watch has noticed it.
   * @throws `UNSUPPORTED` for a version that is not a revision; `ABORTED`; `CLOSED` or the watch's error when it
   * ends before.
   */
  waitFor(version: VersionToken, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Runs `visit` between two flushes, after flushing what has been received: the store is exactly at
   * {@link cursor} and stays there until `visit` settles, which therefore must not wait for another `between`, nor for
   * the watch to stop. Works while cut off from the source, too.
   * @throws what `visit` throws, which does not affect the watch; `CLOSED` once it has ended.
   */
  between<T>(visit: (store: SnapshotStore | undefined) => T | Promise<T>): Promise<T>;
  /**
   * Stops following, flushes what has been received, and settles like {@link done}: once `apply`, the store and every
   * visitor of {@link between} are done. Idempotent.
   */
  stop(): Promise<WatchCursor>;
  /**
   * {@link stop} for `await using`. A watch that had failed before is disposed of without an error: `done` and
   * `state` have reported it, and it would hide the error of the block that it failed in.
   * @throws what the last flush fails with
   */
  [Symbol.asyncDispose](): Promise<void>;
}
