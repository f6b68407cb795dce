import type {
  KvEntry,
  KvStore,
  KvUpdate,
  KvWatcher,
  KvWriter,
  SnapshotStore,
  WatchScope,
  watchApplied,
} from '@slipstream/core';
import type { ManualClock } from '@slipstream/core/testing';

/** What is simulated: a source, a fold, and your code between them. */
export interface SimulationDefinition {
  /** For titles. */
  readonly name: string;
  /** An empty bucket with a history of one, whose time and chance are those of the simulation. */
  createBucket(world: SimulatedWorld): Promise<SimulatedBucket>;
  /** @defaultValue a fold in memory that survives crashes */
  createFold?(world: SimulatedWorld): SimulatedFoldMedium;
  /** Your own code, once per run. */
  createSubject?(): SimulationSubject;
  /** @defaultValue all keys */
  readonly scope?: WatchScope | undefined;
  /** How much happens in a run. @defaultValue 40 */
  readonly steps?: number | undefined;
  /** What nodes see of the bucket: a source around its store. @defaultValue the store itself */
  viewOf?(store: SimulatedBucket['store']): SimulatedSource;
  /** The loop under test, for checking the simulation itself. @defaultValue the one of core */
  readonly watchApplied?: typeof watchApplied | undefined;
}

/** Time and chance of one run: both follow from its seed. */
export interface SimulatedWorld {
  readonly clock: ManualClock;
  readonly random: () => number;
}

/** A source that can be watched. */
export type SimulatedSource = KvStore & { readonly watcher: KvWatcher };

/** A bucket, and what operators and limits do to it. */
export interface SimulatedBucket {
  readonly store: SimulatedSource & { readonly writer: KvWriter };
  /** Drops everything older than `revision`, as limits would. */
  evictBefore(revision: bigint): Promise<void>;
  /** Removes the delete markers that are at least so old, as maintenance does. */
  removeMarkers(olderThanMs: number): Promise<void>;
  /** Deletes the bucket and re-creates it under its name; `store` then uses the new one. */
  recreate(): Promise<void>;
  close(): Promise<void>;
}

/** Where a fold lives. Opening it again, after it was closed, is what a restarted process does. */
export interface SimulatedFoldMedium {
  open(): Promise<SnapshotStore>;
}

/** Code that is run under a simulation. */
export interface SimulationSubject {
  /** The process starts, with a fold that holds these. */
  start?(entries: readonly KvEntry[]): void | Promise<void>;
  /** As the `apply` of `watchApplied`: updates may come again after a crash, and none is ever skipped. */
  apply?(batch: readonly KvUpdate[]): void | Promise<void>;
  /** Caught up with a bucket that has exactly these entries: throws when the subject does not agree. */
  verify?(entries: readonly KvEntry[]): void | Promise<void>;
}
