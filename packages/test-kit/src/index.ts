// For the test files of a source or a fold.

export type { FoldArtifacts } from './artifacts/fold-artifacts.js';
export type { BootstrapHarness } from './bootstrap/bootstrap-harness.js';
export { defineBootstrapSuite } from './bootstrap/bootstrap-suite.js';
export type {
  KvStoreHarness,
  MeteredHandle,
  TestBucket,
  TestBucketOptions,
} from './kv-store/kv-store-harness.js';
export { defineKvStoreSuite } from './kv-store/kv-store-suite.js';
export type { LoopHarness } from './loop/loop-harness.js';
export { defineLoopSuite } from './loop/loop-suite.js';
export { type PlainEntry, plainEntry } from './models/plain-form.js';
export { defineSimulation, type SimulationSettings } from './simulation/define-simulation.js';
export type {
  SimulatedBucket,
  SimulatedFoldMedium,
  SimulatedSource,
  SimulatedWorld,
  SimulationDefinition,
  SimulationSubject,
} from './simulation/simulation-definition.js';
export type {
  FoldFiles,
  FoldProcess,
  SnapshotStoreHarness,
} from './snapshot-store/snapshot-store-harness.js';
export { defineSnapshotStoreSuite } from './snapshot-store/snapshot-store-suite.js';
export type { PropertySettings, SuiteHarness } from './suite/conformance-case.js';
export { type EventuallyOptions, eventually } from './suite/eventually.js';
export { propertySettings } from './suite/property-settings.js';
export { noLocation, type TemporaryDirectory, temporaryDirectory } from './suite/temporary-directory.js';
export type { TestRunner } from './suite/test-runner.js';

// For other runners, reports, suites of one's own, and mutants.

export { type ArtifactTools, artifactTools } from './artifacts/artifact-tools.js';
export type { BootstrapCase, BootstrapNeed } from './bootstrap/bootstrap-case.js';
export type { BootstrapContext } from './bootstrap/bootstrap-context.js';
export { bootstrapSuite } from './bootstrap/bootstrap-suite.js';
export type { KvStoreCase, KvStoreNeed } from './kv-store/kv-store-case.js';
export type { KvStoreContext } from './kv-store/kv-store-context.js';
export { kvStoreCases, kvStoreSuite } from './kv-store/kv-store-suite.js';
export type { LoopCase, LoopNeed } from './loop/loop-case.js';
export type { LoopContext } from './loop/loop-context.js';
export { loopCases, loopSuite } from './loop/loop-suite.js';
export { type BootstrapMutant, bootstrapMutants } from './mutants/bootstrap-mutants.js';
export { kvStoreMutants } from './mutants/kv-store-mutants.js';
export { loopMutants } from './mutants/loop-mutants.js';
export type { Mutant } from './mutants/mutant.js';
export { snapshotStoreMutants } from './mutants/snapshot-store-mutants.js';
export { simulate } from './simulation/simulate.js';
export { SimulationError } from './simulation/simulation-error.js';
export type { SimulationStep } from './simulation/simulation-step.js';
export type { SnapshotStoreCase, SnapshotStoreNeed } from './snapshot-store/snapshot-store-case.js';
export type { SnapshotStoreContext } from './snapshot-store/snapshot-store-context.js';
export { snapshotStoreCases, snapshotStoreSuite } from './snapshot-store/snapshot-store-suite.js';
export type {
  CaseRun,
  ConformanceCase,
  Requirement,
  SuiteDefinition,
} from './suite/conformance-case.js';
export { ConformanceError } from './suite/conformance-error.js';
export { defineSuite } from './suite/define-suite.js';
export { type PlannedCase, planSuite } from './suite/plan-suite.js';
