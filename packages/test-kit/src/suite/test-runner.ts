/**
 * The part of a test runner that the kit needs: vitest, node:test, bun:test and jest all have it. They take
 * the third argument of `test` as its timeout, except for node:test, which ignores it and has no timeout.
 */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  readonly test: {
    (name: string, body: () => Promise<void>, timeoutMs: number): unknown;
    skip(name: string, body: () => Promise<void>): unknown;
  };
}
