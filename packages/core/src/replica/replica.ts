import type { VersionToken } from '../cursor/version-token.js';
import type { Resource } from '../lifetime/resource.js';
import type { RangeOptions } from '../snapshot/snapshot-store.js';
import type { AppliedWatch } from '../watch/applied-watch.js';
import type { Change } from './change-feed.js';
import type { QuarantinedValue } from './quarantine.js';

/** A typed value with the version it has in the source. */
export interface ReplicaEntry<V> {
  readonly key: string;
  readonly value: V;
  readonly version: VersionToken;
}

/**
 * A bucket in this process: typed, synchronous reads from the fold, kept live by a watch. Reads work from the
 * moment it is open, with what the fold held, whether or not the source can be reached, and until it is
 * closed, even if the watch has failed: `state` tells how current they are.
 *
 * A value is decoded once and shared by all who read it, and bytes also with the fold: treat it as immutable.
 */
export interface Replica<V>
  extends Resource,
    Pick<AppliedWatch, 'ready' | 'state' | 'cursor' | 'lag' | 'done' | 'waitFor' | 'between'> {
  /** The value of `key`; `undefined` when it is not there, or never was readable. @throws `CLOSED` */
  get(key: string): V | undefined;
  /** Whether `get` returns a value. */
  has(key: string): boolean;
  /** The value with its version. Of a quarantined key: the last good value, and the unreadable one's version. */
  entry(key: string): ReplicaEntry<V> | undefined;
  /**
   * Keys and values that begin with `prefix` (empty: all), in key order, from one consistent state.
   * @throws `UNSUPPORTED` when the fold only iterates asynchronously
   */
  entries(prefix?: string, options?: RangeOptions): Iterable<readonly [key: string, value: V]>;
  /** {@link entries} of any fold, yielding to the event loop in between. */
  scan(prefix?: string, options?: RangeOptions): AsyncIterable<readonly [key: string, value: V]>;
  /**
   * The changes applied from now on to keys that begin with `prefix` (empty: all), each after it can be read.
   * Subscribing happens in the call, so `entries` before or after it in the same tick leaves no gap. A slow
   * reader gets the last change of each key. Ends when the replica is closed or stopped by its signal, rejects when
   * its watch fails, or has failed before.
   */
  changes(prefix?: string): AsyncIterableIterator<Change<V>>;
  /** The values that could not be read, by key. */
  readonly quarantine: ReadonlyMap<string, QuarantinedValue<V>>;
  /** Stops following, and closes what the replica opened itself. */
  close(): Promise<void>;
}
