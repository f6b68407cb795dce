import type { KvStore, KvWriter } from '@slipstream/core';
import type { CaseRun } from '../suite/conformance-case.js';
import type { KvStoreHarness, TestBucket, TestBucketOptions } from './kv-store-harness.js';
import { WatchProbe, type WatchProbeOptions } from './watch-probe.js';

/** A store whose writer is there, for the cases that need it. */
export type WritableKvStore = KvStore & { readonly writer: KvWriter };

/** What a case of the KvStore suite works with. Its members can be taken apart. */
export class KvStoreContext {
  readonly harness: KvStoreHarness;
  readonly run: CaseRun;

  constructor(harness: KvStoreHarness, run: CaseRun) {
    this.harness = harness;
    this.run = run;
  }

  /** A new, empty bucket, removed when the case ends. */
  readonly bucket = async (options: TestBucketOptions = {}): Promise<TestBucket> => {
    return this.run.own(await this.harness.createBucket(options));
  };

  /** The store of a new bucket. */
  readonly store = async (options?: TestBucketOptions): Promise<KvStore> => {
    return (await this.bucket(options)).store;
  };

  /** The store of a new bucket, in a case that needs `write`. */
  readonly writable = async (options?: TestBucketOptions): Promise<WritableKvStore> => {
    return assertWritable(await this.store(options));
  };

  /** Begins to watch; ended when the case ends. */
  readonly watch = (store: KvStore, options: WatchProbeOptions): WatchProbe => {
    return this.run.own(new WatchProbe(store, options));
  };

  /** Lets time pass for the source: at once where the harness moves its clock, else it passes by itself. */
  readonly elapse = async (bucket: TestBucket, ms: number): Promise<void> => {
    await this.harness.advanceTime?.(bucket, ms);
  };
}

/** @throws {Error} when the store has no writer, though its harness declares one. */
export function assertWritable(store: KvStore): WritableKvStore {
  if (store.writer === undefined) throw new Error(`${store.name} has no writer`);
  return store as WritableKvStore;
}
