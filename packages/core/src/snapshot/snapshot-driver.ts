import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { SnapshotCapabilities } from './snapshot-capabilities.js';
import type { RangeOptions, SnapshotStats } from './snapshot-store.js';

/**
 * The part of a fold that differs between engines. `guardSnapshotStore` makes a `SnapshotStore` from it and
 * does the rest: argument checks, one commit at a time, the cursor's rule, error codes, `CLOSED`, and closing in
 * order. So a driver is called with checked arguments, never after `close`, and never with two commits at once, and
 * its methods may throw whatever the engine throws.
 */
export interface SnapshotDriver {
  readonly backend: string;
  readonly formatVersion: string;
  readonly capabilities: SnapshotCapabilities;
  readonly catchUpBatch?: number | undefined;
  /** Where the fold is, for messages: a path, or a word for a fold without one. */
  readonly location: string;
  /** The cursor that the fold was opened with. */
  readonly cursor: WatchCursor;

  /**
   * Applies the updates in order and stores the cursor, atomically. A rejection means that nothing changed, on disk
   * or in memory, and that the same commit may be repeated.
   */
  commit(updates: readonly KvUpdate[], cursor: WatchCursor): void | Promise<void>;
  get(key: string): KvEntry | undefined;
  /**
   * The entries in key order, from the state of the first `next()`. `return()` on the iterator frees what it
   * holds: it is called however the iteration ends, after a `next()` that threw, too, and when the store closes.
   * Absent when the engine only iterates asynchronously.
   */
  range?(prefix: string, options: RangeOptions): Iterable<KvEntry>;
  /** The keys of {@link range}, from an engine that can read them without their values. */
  keys?(prefix: string, options: RangeOptions): Iterable<string>;
  /**
   * What {@link range} yields, from an engine that only iterates asynchronously: as many entries at a time as it reads
   * at once, so that there is one promise per page instead of per entry.
   */
  rangePages?(prefix: string, options: RangeOptions): AsyncIterable<readonly KvEntry[]>;
  stats(): SnapshotStats | Promise<SnapshotStats>;
  /**
   * Copies the last commit into the empty `directory`. No commit runs until `onSnapshot` is called or the copy is
   * complete: an engine with snapshots calls it as soon as it holds one, others need not call it. The store is
   * closed only after the copy is complete.
   */
  checkpoint?(directory: string, onSnapshot: () => void): Promise<void>;
  settle?(): Promise<void>;
  close(): void | Promise<void>;
  /**
   * Turns what the engine threw in any of these methods into a `SlipstreamError`. What it returns unchanged, and
   * everything when it is absent, becomes `STORE_FAILED`.
   * @param what - What failed, as the start of the message: `sqlite fold /var/fold: reading key "a"`.
   */
  mapError?(error: unknown, what: string): unknown;
}
