import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { Observer, WatchEvent } from '../watch/watch-observer.js';
import type { WatchOptions } from '../watch/watch-options.js';
import type { ValueQuarantinedEvent } from './quarantine.js';
import type { ValueSchema } from './value-codec.js';

/** What a replica tells its observer. */
export type ReplicaEvent = WatchEvent | ValueQuarantinedEvent;

/** Options of {@link openReplica}; those it shares with `watchApplied` mean the same. */
export interface ReplicaOptions<V>
  extends Pick<
    WatchOptions,
    | 'source'
    | 'scope'
    | 'batch'
    | 'signal'
    | 'verifyOnResume'
    | 'onVanished'
    | 'missingSourceMs'
    | 'reattach'
    | 'storeRetry'
    | 'clock'
    | 'random'
  > {
  /**
   * The fold, with synchronous reads: one that is open, which stays the caller's, or a function that opens
   * one, which the replica closes.
   */
  readonly store: SnapshotStore | (() => Promise<SnapshotStore>);
  /**
   * What the values are: any Standard Schema (zod, valibot, arktype, …) for JSON, or a codec.
   * @defaultValue the bytes
   */
  readonly schema?: ValueSchema<V> | undefined;
  /** Decoded values kept in memory, in keys. @defaultValue 16 384 */
  readonly cacheEntries?: number | undefined;
  readonly observer?: Observer<ReplicaEvent> | undefined;
}
