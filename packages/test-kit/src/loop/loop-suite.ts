import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { type LoopCase, type LoopNeed, loopRequirements } from './loop-case.js';
import { LoopContext } from './loop-context.js';
import type { LoopHarness } from './loop-harness.js';

/** Every case of the suite, for custom runners and reports. */
export const loopCases: readonly LoopCase[] = [];

export const loopSuite: SuiteDefinition<LoopHarness, LoopContext, LoopNeed> = {
  name: 'watchApplied',
  cases: loopCases,
  requirements: loopRequirements,
  createContext: (harness, run) => new LoopContext(harness, run),
};

/** Declares the tests of the loop between a source and a fold. */
export function defineLoopSuite(runner: TestRunner, harness: LoopHarness): void {
  defineSuite(runner, loopSuite, harness);
}
