import type { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { Resource } from '../lifetime/resource.js';
import type { WatchScope } from '../scope/watch-scope.js';
import type { KvCapabilities } from './kv-capabilities.js';
import type { KvEntry, KvUpdate } from './kv-entry.js';

/**
 * A source: a named bucket of keys with a change stream. Members that an implementation lacks are absent,
 * and `capabilities` says so too.
 *
 * Every operation before the bucket is open or after it was closed rejects with `CLOSED`; every request that
 * waits for a peer has a deadline and rejects with `TIMEOUT` when it passes.
 */
export interface KvStore extends Resource {
  readonly name: string;
  readonly capabilities: KvCapabilities;
  readonly reader: KvReader;
  readonly watcher?: KvWatcher | undefined;
  readonly writer?: KvWriter | undefined;
  readonly purger?: KvPurger | undefined;
  readonly ttl?: KvTtlWriter | undefined;
  /** What the log holds now. */
  status(options?: KvRequestOptions): Promise<KvStatus>;
}

/** Options of a single request. */
export interface KvRequestOptions {
  /** Gives up waiting with `ABORTED`. A write that was already sent may still take effect. */
  readonly signal?: AbortSignal | undefined;
}

/** The extent of a source's log. */
export interface KvStatus {
  /** The lowest revision still retained; one past `lastRevision` when nothing is. */
  readonly firstRevision: bigint;
  /** The highest revision ever given out; 0 before the first write. */
  readonly lastRevision: bigint;
  /** Identity of this incarnation of the log. */
  readonly epoch: string;
  /** Retained messages, markers and history included. */
  readonly messages: number;
  /** Keys that something is retained of, markers included. */
  readonly keys: number;
  /** The source's clock, in milliseconds since 1970. */
  readonly at: number;
  /** Size of what is retained, in bytes, as the source counts it. */
  readonly bytes: number;
  readonly limits: KvLimits;
}

/** Where a source's log ends; `undefined`: not limited. */
export interface KvLimits {
  /** Versions kept per key. */
  readonly history: number;
  readonly maxBytes: number | undefined;
  readonly maxAgeMs: number | undefined;
  readonly maxValueBytes: number | undefined;
  /** What happens at `maxBytes`: the oldest entry goes (`old`), or the write is refused (`new`). */
  readonly discard: 'old' | 'new';
  /** How long delete markers that the source writes by itself stay. */
  readonly markerTtlMs: number | undefined;
  /**
   * The shortest time that a delete marker is sure to stay, whoever wrote it: a log that allows entries to
   * expire by themselves lets writers choose it. `undefined`: for as long as the other limits allow.
   */
  readonly shortestMarkerTtlMs: number | undefined;
}

/** Reads. `get`, `keys` and `scan` hide delete and purge markers. */
export interface KvReader {
  /** The live entry of `key`; `undefined` when there is none. @throws `INVALID_KEY` */
  get(key: string, options?: KvRequestOptions): Promise<KvEntry | undefined>;
  /**
   * The last update of `key`, markers included: their version is what a compare-and-set after a delete
   * expects. `undefined` when the log has nothing of the key.
   */
  entry(key: string, options?: KvRequestOptions): Promise<KvUpdate | undefined>;
  /**
   * The live keys that begin with `prefix` (empty: all), each once, in no promised order. Values are not
   * transferred where the source can help it. A listing under concurrent writes may or may not see them.
   */
  keys(prefix: string, options?: KvRequestOptions): AsyncIterable<string>;
  /**
   * {@link keys} with those that only a marker is left of, for comparing a fold with its source. Present where
   * the source can do it for less than `keys` costs.
   */
  knownKeys?(prefix: string, options?: KvRequestOptions): AsyncIterable<string>;
  /** The live entries that begin with `prefix`, each once. */
  scan(prefix: string, options?: KvRequestOptions): AsyncIterable<KvEntry>;
}

/**
 * Writes. Each resolves to the version it was given, once the source has made it durable by its own rules.
 * Writes to one key are applied in the order of their versions.
 */
export interface KvWriter {
  /** Sets the value. @throws `INVALID_KEY`, `LIMIT_EXCEEDED` (value or bucket too large; nothing written) */
  put(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken>;
  /** Sets the value if the key is not live; a deleted or purged key is not. @throws `ALREADY_EXISTS` */
  create(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken>;
  /** Sets the value if the key's last update has version `expected`. @throws `REVISION_MISMATCH` */
  update(
    key: string,
    value: Uint8Array,
    expected: VersionToken,
    options?: KvRequestOptions,
  ): Promise<VersionToken>;
  /** Leaves a delete marker, whether or not the key was live. */
  delete(key: string, options?: KvRequestOptions): Promise<VersionToken>;
  /** Leaves a delete marker if the key's last update has version `expected`. @throws `REVISION_MISMATCH` */
  deleteWithVersion(key: string, expected: VersionToken, options?: KvRequestOptions): Promise<VersionToken>;
}

/** Removes a key with its history, leaving a purge marker. */
export interface KvPurger {
  purge(key: string, options?: KvPurgeOptions): Promise<VersionToken>;
}

/** Options of a purge. */
export interface KvPurgeOptions extends KvRequestOptions {
  /** Purge only if the key's last update has this version, else `REVISION_MISMATCH`. */
  readonly expected?: VersionToken | undefined;
  /** How long the marker stays; without it, until the log's limits drop it. */
  readonly markerTtlMs?: number | undefined;
}

/**
 * Writes of entries that expire by themselves. Such a write drops what the log still has of the key's history,
 * so that nothing older comes back when it expires. Watches see the expiry as a delete where the log writes
 * markers (`limits.markerTtlMs`); elsewhere the entry vanishes, and only a comparison finds that out.
 */
export interface KvTtlWriter {
  /** {@link KvWriter.put} of an entry that expires `ttlMs` after the write. */
  putWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken>;
  /** {@link KvWriter.create} of an entry that expires `ttlMs` after the write. */
  createWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken>;
}

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
