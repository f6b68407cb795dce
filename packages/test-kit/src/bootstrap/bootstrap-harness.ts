import type { KvStoreHarness, TestBucket } from '../kv-store/kv-store-harness.js';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import type { SuiteHarness } from '../suite/conformance-case.js';

/** A source, the fold of the nodes, and perhaps another one. */
export interface BootstrapHarness<
  B extends TestBucket = TestBucket,
  L extends AsyncDisposable = AsyncDisposable,
  O extends AsyncDisposable = AsyncDisposable,
> extends SuiteHarness {
  readonly source: KvStoreHarness<B>;
  readonly fold: SnapshotStoreHarness<L>;
  /** The fold of a node on another engine. Absent: the case of it is skipped. */
  readonly otherFold?: SnapshotStoreHarness<O> | undefined;
  /** Keys in the bucket of the case under churn. @defaultValue 50 000 */
  readonly manyKeys?: number | undefined;
}
