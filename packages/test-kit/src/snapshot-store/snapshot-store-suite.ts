import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { applyCases } from './apply.cases.js';
import { artifactCrashCases } from './artifact-crash.cases.js';
import { cursorCases } from './cursor.cases.js';
import { durabilityCases } from './durability.cases.js';
import { exportImportCases } from './export-import.cases.js';
import { hostileArtifactCases } from './hostile-artifact.cases.js';
import { iterationCases } from './iteration.cases.js';
import { lifetimeCases } from './lifetime.cases.js';
import { limitsCases } from './limits.cases.js';
import { lockCases } from './lock.cases.js';
import { manifestCases } from './manifest.cases.js';
import { pureFoldCases } from './pure-fold.cases.js';
import { rangeCases } from './range.cases.js';
import { readCases } from './read.cases.js';
import {
  type SnapshotStoreCase,
  type SnapshotStoreNeed,
  snapshotStoreRequirements,
} from './snapshot-store-case.js';
import { SnapshotStoreContext } from './snapshot-store-context.js';
import type { SnapshotStoreHarness } from './snapshot-store-harness.js';

/** Every case of the suite, for custom runners and reports. */
export const snapshotStoreCases: readonly SnapshotStoreCase[] = [
  ...manifestCases,
  ...applyCases,
  ...cursorCases,
  ...pureFoldCases,
  ...readCases,
  ...rangeCases,
  ...iterationCases,
  ...limitsCases,
  ...lockCases,
  ...durabilityCases,
  ...lifetimeCases,
  ...exportImportCases,
  ...artifactCrashCases,
  ...hostileArtifactCases,
];

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
