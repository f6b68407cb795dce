import type { watchApplied } from '@slipstream/core';
import type { KvStoreHarness, TestBucket } from '../kv-store/kv-store-harness.js';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import type { SuiteHarness } from '../suite/conformance-case.js';

/** A source and a fold that the loop is to connect. */
export interface LoopHarness<B extends TestBucket = TestBucket, L extends AsyncDisposable = AsyncDisposable>
  extends SuiteHarness {
  readonly source: KvStoreHarness<B>;
  readonly fold: SnapshotStoreHarness<L>;
  /** The loop itself. @defaultValue `watchApplied` of `@slipstream/core` */
  readonly watchApplied?: typeof watchApplied | undefined;
}
