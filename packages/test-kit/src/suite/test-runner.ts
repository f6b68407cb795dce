/**
 * The part of a test runner that the kit needs: vitest, node:test, bun:test and jest all have it. A runner's
 * own timeout should be above the deadlines of the cases (20 seconds for most, two minutes for the longest).
 */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  readonly test: {
    (name: string, body: () => Promise<void>): unknown;
    skip(name: string, body: () => Promise<void>): unknown;
  };
}
