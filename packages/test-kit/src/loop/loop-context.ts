import { KvStoreContext } from '../kv-store/kv-store-context.js';
import { SnapshotStoreContext } from '../snapshot-store/snapshot-store-context.js';
import type { CaseRun } from '../suite/conformance-case.js';
import type { LoopHarness } from './loop-harness.js';

/** What a case of the loop suite works with. Its members can be taken apart. */
export class LoopContext {
  readonly source: KvStoreContext;
  readonly fold: SnapshotStoreContext;
  readonly run: CaseRun;

  constructor(harness: LoopHarness, run: CaseRun) {
    this.source = new KvStoreContext(harness.source, run);
    this.fold = new SnapshotStoreContext(harness.fold, run);
    this.run = run;
  }
}
