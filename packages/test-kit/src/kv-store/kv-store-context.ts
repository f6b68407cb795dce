import type { KvStore } from '@slipstream/core';
import type { CaseRun } from '../suite/conformance-case.js';
import type { KvStoreHarness, TestBucket, TestBucketOptions } from './kv-store-harness.js';

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
}
