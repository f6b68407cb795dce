import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { manifestCases } from './manifest.cases.js';
import {
  type SnapshotStoreCase,
  type SnapshotStoreNeed,
  snapshotStoreRequirements,
} from './snapshot-store-case.js';
import { SnapshotStoreContext } from './snapshot-store-context.js';
import type { SnapshotStoreHarness } from './snapshot-store-harness.js';

/** Every case of the suite, for custom runners and reports. */
export const snapshotStoreCases: readonly SnapshotStoreCase[] = [...manifestCases];

export const snapshotStoreSuite: SuiteDefinition<
  SnapshotStoreHarness,
  SnapshotStoreContext,
  SnapshotStoreNeed
> = {
  name: 'SnapshotStore',
  cases: snapshotStoreCases,
  requirements: snapshotStoreRequirements,
  createContext: (harness, run) => new SnapshotStoreContext(harness, run),
};

/** Declares the tests of a fold. */
export function defineSnapshotStoreSuite<L extends AsyncDisposable>(
  runner: TestRunner,
  harness: SnapshotStoreHarness<L>,
): void {
  defineSuite(runner, snapshotStoreSuite, harness);
}
