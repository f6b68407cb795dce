import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { Resource } from '../lifetime/resource.js';
import type { SnapshotCapabilities } from './snapshot-capabilities.js';

/**
 * A fold: entries and the cursor they belong to, written together or not at all.
 *
 * The fold is a pure function of the log: wiped and replayed, it holds the same entries. After a crash at any
 * instant it reopens as one committed `apply` left it, never a mixture. Keys are well-formed, non-empty
 * strings, ordered by their UTF-8 bytes everywhere. One `apply` runs at a time; reads see the state before or
 * after it, never half of it. Only one process, and one open in it, holds a fold: the second is refused with
 * `LOCKED`. Opening a damaged fold throws `CORRUPTED` and changes nothing; a torn final record, which a crash
 * leaves, is not damage.
 */
export interface SnapshotStore extends Resource {
  /** The engine's name, as artifacts carry it. */
  readonly backend: string;
  /** The version of the engine's own files. */
  readonly formatVersion: string;
  readonly capabilities: SnapshotCapabilities;
  /** The cursor of the last committed `apply`; `WatchCursor.none` at birth. */
  readonly cursor: WatchCursor;
  /**
   * Updates per `apply` that the engine digests best while it catches up. Absent: no preference.
   */
  readonly catchUpBatch?: number | undefined;

  /**
   * Applies `updates` in order, then takes `cursor`, in one atomic commit. The last update of a key wins;
   * deletes and purges remove. An unknown version in `cursor` leaves the cursor as it is, and so does a
   * position before it in the same epoch. Applying a batch again changes nothing. The arrays and bytes
   * handed over are the store's from then on.
   *
   * @throws `STORE_FAILED` when the engine failed: nothing of the batch is visible, and the same call may be
   * repeated. `INVALID_KEY`, `LIMIT_EXCEEDED`: nothing of the batch was written.
   */
  apply(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void>;
  /** The entry of `key`; its value is the caller's, as are those of every other read. */
  get(key: string): Promise<KvEntry | undefined>;
  /** One result a key, in the order asked, from one consistent state. */
  getMany(keys: readonly string[]): Promise<readonly (KvEntry | undefined)[]>;
  /** The entries that begin with `prefix`, in key order, as they stood at the first `next()`. */
  range(prefix: string, options?: RangeOptions): AsyncIterable<KvEntry>;
  /** The keys of {@link range}. */
  keys(prefix: string, options?: RangeOptions): AsyncIterable<string>;
  /** The same reads without a promise, where the engine can (`capabilities.synchronousReads`). */
  readonly sync?: SynchronousReader | undefined;

  /**
   * Writes a copy of the engine's own files into `directory`, which is empty: entries and cursor of the commit
   * that was the last one when the copy was begun. Applies wait until `onSnapshot` is called; from then on,
   * where the engine has snapshots, they go on beside the copying. Absent when the engine has no files.
   */
  checkpoint?(directory: string, options?: CheckpointOptions): Promise<void>;
  /** Pays compaction debt, to be called before serving. Absent when the engine has none. */
  settle?(): Promise<void>;
  stats(): Promise<SnapshotStats>;
}

/** Reads without a promise. */
export interface SynchronousReader {
  get(key: string): KvEntry | undefined;
  /**
   * Lazy, and sees the state of its first `next()`. Absent when the engine only iterates asynchronously
   * (`capabilities.synchronousRanges`).
   */
  range?(prefix: string, options?: RangeOptions): Iterable<KvEntry>;
}

/** How a checkpoint is taken. */
export interface CheckpointOptions {
  /**
   * Called once, as soon as later applies no longer change what is copied: at the latest when everything is.
   * Not called when the checkpoint fails before.
   */
  readonly onSnapshot?: (() => void) | undefined;
}

/** Part of a range, for paging. */
export interface RangeOptions {
  /** Begin after this key, whether or not it exists. */
  readonly after?: string | undefined;
  /** The most entries to return. */
  readonly limit?: number | undefined;
}

/** The size of a fold. */
export interface SnapshotStats {
  /** Live keys. */
  readonly entries: number;
  /** What the fold occupies, in bytes: on disk, or in memory where it has no files (estimated). */
  readonly bytes: number;
}

/** An engine by name: what opens a fold at a path. */
export interface SnapshotBackend<Config = undefined> {
  readonly name: string;
  readonly formatVersion: string;
  open(path: string, config?: Config): Promise<SnapshotStore>;
}
