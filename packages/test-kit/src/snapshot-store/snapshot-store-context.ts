import type { SnapshotStore } from '@slipstream/core';
import type { CaseRun } from '../suite/conformance-case.js';
import type { SnapshotStoreHarness } from './snapshot-store-harness.js';

/** What a case of the SnapshotStore suite works with. Its members can be taken apart. */
export class SnapshotStoreContext {
  readonly harness: SnapshotStoreHarness;
  readonly run: CaseRun;

  constructor(harness: SnapshotStoreHarness, run: CaseRun) {
    this.harness = harness;
    this.run = run;
  }

  /** A new place, disposed when the case ends. */
  readonly location = async (): Promise<AsyncDisposable> => {
    return this.run.own(await this.harness.createLocation());
  };

  /** Opens the fold there; at a new place when none is given. Closed when the case ends. */
  readonly open = async (location?: AsyncDisposable): Promise<SnapshotStore> => {
    return this.run.own(await this.harness.open(location ?? (await this.location())));
  };
}
