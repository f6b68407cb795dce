import type { SuiteDefinition, SuiteHarness } from './conformance-case.js';
import { planSuite } from './plan-suite.js';
import type { TestRunner } from './test-runner.js';

/** Declares the cases of a suite to a runner, grouped, the skipped ones included. */
export function defineSuite<Harness extends SuiteHarness, Context, Need extends string>(
  { describe, test }: TestRunner,
  suite: SuiteDefinition<Harness, Context, Need>,
  harness: Harness,
): void {
  const groups = Map.groupBy(planSuite(suite, harness), ({ group }) => group);
  describe(`${suite.name}: ${harness.name}`, () => {
    for (const [group, cases] of groups) {
      describe(group, () => {
        for (const { title, skipped, timeoutMs, run } of cases) {
          if (skipped === undefined) test(title, run, timeoutMs);
          else test.skip(title, run);
        }
      });
    }
  });
}
