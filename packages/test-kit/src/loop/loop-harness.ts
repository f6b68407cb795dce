import type { KvStoreHarness } from '../kv-store/kv-store-harness.js';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import type { SuiteHarness } from '../suite/conformance-case.js';

/** A source and a fold that the loop is to connect. */
export interface LoopHarness extends SuiteHarness {
  readonly source: KvStoreHarness;
  readonly fold: SnapshotStoreHarness;
}
