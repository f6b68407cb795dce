import type { TestBucket } from '../kv-store/kv-store-harness.js';
import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { bootstrapCases } from './bootstrap.cases.js';
import { type BootstrapNeed, bootstrapRequirements } from './bootstrap-case.js';
import { BootstrapContext } from './bootstrap-context.js';
import type { BootstrapHarness } from './bootstrap-harness.js';

export const bootstrapSuite: SuiteDefinition<BootstrapHarness, BootstrapContext, BootstrapNeed> = {
  name: 'live export, delta-only bootstrap',
  cases: bootstrapCases,
  requirements: bootstrapRequirements,
  createContext: (harness, run) => new BootstrapContext(harness, run),
};

/** Declares the tests of bootstrapping nodes from artifacts of live ones. */
export function defineBootstrapSuite<
  B extends TestBucket,
  L extends AsyncDisposable,
  O extends AsyncDisposable = AsyncDisposable,
>(runner: TestRunner, harness: BootstrapHarness<B, L, O>): void {
  defineSuite(runner, bootstrapSuite, harness);
}
