import type { TestBucket } from '../kv-store/kv-store-harness.js';
import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { batchCases } from './batch.cases.js';
import { betweenCases } from './between.cases.js';
import { crashCases } from './crash.cases.js';
import { flushCases } from './flush.cases.js';
import { followCases } from './follow.cases.js';
import { type LoopCase, type LoopNeed, loopRequirements } from './loop-case.js';
import { LoopContext } from './loop-context.js';
import type { LoopHarness } from './loop-harness.js';
import { readyCases } from './ready.cases.js';
import { reattachCases } from './reattach.cases.js';
import { repairCases } from './repair.cases.js';
import { scopeCases } from './scope.cases.js';
import { storeFailureCases } from './store-failure.cases.js';

/** Every case of the suite, for custom runners and reports. */
export const loopCases: readonly LoopCase[] = [
  ...batchCases,
  ...flushCases,
  ...storeFailureCases,
  ...readyCases,
  ...betweenCases,
  ...reattachCases,
  ...crashCases,
  ...followCases,
  ...repairCases,
  ...scopeCases,
];

export const loopSuite: SuiteDefinition<LoopHarness, LoopContext, LoopNeed> = {
  name: 'watchApplied',
  cases: loopCases,
  requirements: loopRequirements,
  createContext: (harness, run) => new LoopContext(harness, run),
};

/** Declares the tests of the loop between a source and a fold. */
export function defineLoopSuite<B extends TestBucket, L extends AsyncDisposable>(
  runner: TestRunner,
  harness: LoopHarness<B, L>,
): void {
  defineSuite(runner, loopSuite, harness);
}
