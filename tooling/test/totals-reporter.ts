import type { Reporter, TestModule } from 'vitest/node';

/** Closes the run with its totals on one plain line: `12 passed, 0 failed, 3 skipped`. */
export const totalsReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]) {
    console.log(totalsOf(modules, unhandledErrors));
  },
};

/**
 * @param unhandledErrors those outside of every test; each counts as a failure, and so does each file that
 *   cannot be loaded, since none of its tests can fail
 */
export function totalsOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): string {
  const states = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => test.result().state),
  );
  const count = (state: string) => states.filter((each) => each === state).length;
  const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
  return `${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped`;
}
