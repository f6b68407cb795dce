import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import type { KvStore } from '../kv/kv-store.js';
import {
  type BackoffOptions,
  type ResolvedBackoffOptions,
  resolveBackoffOptions,
} from '../lifetime/backoff.js';
import { type Clock, systemClock } from '../lifetime/clock.js';
import type { VerifyOnResume } from '../protocol/resume-plan.js';
import { all, type WatchScope } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import { assertFunctions } from './assert-functions.js';
import type { Observer, WatchEvent } from './watch-observer.js';

/**
 * Where a watch gets its source: one that is open, which stays the caller's, or a function that opens it,
 * tried again with backoff while a retry can help. What the function opened, the watch closes.
 *
 * Errors without a code are retried, except those that are bugs: `TypeError`, `RangeError` and `ReferenceError`.
 * `fetch` fails with a `TypeError`, too, which a function that calls it should map.
 */
export type SourceProvider = KvStore | ((signal: AbortSignal) => Promise<KvStore>);

/** How updates are gathered into batches. */
export interface BatchOptions {
  /**
   * The longest that an update waits while the source has more on its way, in milliseconds. When nothing more is
   * pending, the batch is applied at once.
   * @defaultValue 10
   */
  readonly windowMs?: number | undefined;
  /** A batch of this many updates is applied without waiting. @defaultValue 1024 */
  readonly max?: number | undefined;
  /**
   * The same while catching up. @defaultValue the store's `catchUpBatch`, or `max` when it has none
   */
  readonly catchUpMax?: number | undefined;
  /**
   * A batch with this many bytes of keys and values is applied without waiting, whatever its count: it bounds the
   * memory of a batch. @defaultValue 33 554 432 (32 MiB)
   */
  readonly maxBytes?: number | undefined;
}

/** Options of {@link watchApplied}. `U` is what `parse` makes of an update. */
export interface WatchOptions<U = KvUpdate> {
  readonly source: SourceProvider;
  /**
   * The keys that are followed. The cursor names the scope that it holds for: a fold that was followed in another scope
   * is listed again, and loses the keys that are no longer followed. A fold of every key resumes in any scope.
   * @defaultValue all keys
   */
  readonly scope?: WatchScope | undefined;
  /** The fold, of this watch alone; without one, the cursor lives as long as the watch. It stays the caller's. */
  readonly store?: SnapshotStore | undefined;
  /**
   * Where to resume: for a watch without a fold, whose caller keeps the cursor. With a fold, a cursor before its own
   * takes it back there, so that `apply` sees again what came after; a later one skips what lies between, for good;
   * with `WatchCursor.none` the fold is compared and listed again.
   * @defaultValue the store's cursor
   */
  readonly resume?: WatchCursor | undefined;
  readonly batch?: BatchOptions | undefined;
  /**
   * What `apply` gets for an update; `undefined`: nothing. Such an update still reaches the store and counts
   * for the cursor. What it throws ends the watch.
   */
  readonly parse?: ((update: KvUpdate) => U | undefined) | undefined;
  /**
   * The caller's own logic, with every update of the batch in order. The cursor moves only after it returned;
   * after a crash it sees the unapplied tail again. What it throws ends the watch, cursor unmoved. The watch waits for
   * it, so it must not wait for the watch: neither for `between`, nor for `stop`, nor for its own updates. The fold
   * is given the same values after it: they are to be read, and copied before they are changed or transferred.
   */
  readonly apply?: ((batch: readonly U[]) => void | Promise<void>) | undefined;
  /**
   * Called after each commit with the cursor it moved to, one call at a time: the next batch, `ready` and the end of
   * the watch wait for it. Without a fold it is the place to keep the cursor for the next `resume`. What it throws or
   * rejects with ends the watch.
   */
  readonly onApplied?: ((cursor: WatchCursor) => void | Promise<void>) | undefined;
  /** Stops the watch as {@link AppliedWatch.stop} does. */
  readonly signal?: AbortSignal | undefined;
  readonly observer?: Observer<WatchEvent> | undefined;
  /**
   * When keys that the fold has and the source no longer knows are looked for at an attachment: when delete
   * markers may have expired meanwhile (`auto`), each time (`always`), or only when the source refuses the
   * cursor or the fold has entries without one (`never`). @defaultValue 'auto'
   */
  readonly verifyOnResume?: VerifyOnResume | undefined;
  /**
   * What happens to such keys: `delete` them, so that the fold equals the bucket, or `keep` them, for buckets
   * whose limits evict live values and whose folds are the only full replicas. @defaultValue 'delete'
   */
  readonly onVanished?: 'delete' | 'keep' | undefined;
  /**
   * How long the watch waits for a source that was followed and is gone (`NOT_FOUND`: the bucket was deleted), in
   * milliseconds, before it ends. It does not wait for a source that was never followed.
   * @defaultValue 30 000: a bucket that is being re-created is back within that
   */
  readonly missingSourceMs?: number | undefined;
  /** Between attachments. */
  readonly reattach?: BackoffOptions | undefined;
  /** Between attempts to commit a batch. */
  readonly storeRetry?: BackoffOptions | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** A number from 0 up to 1, for jitter. @defaultValue `Math.random` */
  readonly random?: (() => number) | undefined;
}

/** {@link WatchOptions} with every default filled in. */
export interface ResolvedWatchOptions<U> {
  readonly source: SourceProvider;
  readonly scope: WatchScope;
  readonly store: SnapshotStore | undefined;
  readonly resume: WatchCursor | undefined;
  readonly batch: Readonly<Record<keyof BatchOptions, number>>;
  readonly parse: ((update: KvUpdate) => U | undefined) | undefined;
  readonly apply: ((batch: readonly U[]) => void | Promise<void>) | undefined;
  readonly onApplied: ((cursor: WatchCursor) => void | Promise<void>) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly observer: Observer<WatchEvent> | undefined;
  readonly verifyOnResume: VerifyOnResume;
  readonly onVanished: 'delete' | 'keep';
  readonly missingSourceMs: number;
  readonly reattach: ResolvedBackoffOptions;
  readonly storeRetry: ResolvedBackoffOptions;
  readonly clock: Clock;
  readonly random: () => number;
}

// 10 ms is below what a person or a probe notices, and long enough to gather a burst.
const DEFAULT_WINDOW_MS = 10;
// Large enough to spread the cost of a commit thin, small enough for a commit to be over in milliseconds.
const DEFAULT_MAX = 1024;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;
const DEFAULT_MISSING_SOURCE_MS = 30_000;

/**
 * Fills in the defaults.
 * @throws {TypeError} without a source that can be watched, or for a callback that is not a function;
 * {@link RangeError} for a number out of range.
 */
export function resolveWatchOptions<U>(options: WatchOptions<U>): ResolvedWatchOptions<U> {
  const { source, store } = options;
  if (typeof source !== 'function' && source?.watcher === undefined) {
    throw new TypeError('source has to be a KvStore with a watcher, or a function that opens one');
  }
  const { parse, apply, onApplied, observer, random } = options;
  assertFunctions({ parse, apply, onApplied, observer, random });
  const {
    windowMs = DEFAULT_WINDOW_MS,
    max = DEFAULT_MAX,
    maxBytes = DEFAULT_MAX_BYTES,
  } = options.batch ?? {};
  const { missingSourceMs = DEFAULT_MISSING_SOURCE_MS } = options;
  if (!(missingSourceMs >= 0)) throw new RangeError(`missingSourceMs is ${missingSourceMs}, below 0`);
  const catchUpMax = options.batch?.catchUpMax ?? Math.max(max, store?.catchUpBatch ?? max);
  if (!(windowMs >= 0)) throw new RangeError(`batch.windowMs is ${windowMs}, below 0`);
  for (const [name, value] of Object.entries({ max, catchUpMax, maxBytes })) {
    if (!(value >= 1)) throw new RangeError(`batch.${name} is ${value}, below 1`);
  }
  return Object.freeze({
    source,
    scope: options.scope ?? all(),
    store,
    resume: options.resume,
    batch: Object.freeze({ windowMs, max, catchUpMax, maxBytes }),
    parse,
    apply,
    onApplied,
    signal: options.signal,
    observer,
    verifyOnResume: options.verifyOnResume ?? 'auto',
    onVanished: options.onVanished ?? 'delete',
    missingSourceMs,
    reattach: resolveBackoffOptions(options.reattach),
    storeRetry: resolveBackoffOptions(options.storeRetry),
    clock: options.clock ?? systemClock,
    random: random ?? Math.random,
  });
}
