import { describe, expect, test } from 'vitest';
import { namedTests, readDocument } from './named-tests.ts';

/** The rows of the table of invariants: name, and what proves it. */
const invariants = [...readDocument('ARCHITECTURE.md').matchAll(/^\| (I\d+) \| .* \| (.*) \|$/gm)].map(
  ([, name = '', proof = '']) => ({ name, proof }),
);

describe('the invariants of ARCHITECTURE.md', () => {
  test('are numbered without a gap', () => {
    expect(invariants.length).toBeGreaterThan(0);
    expect(invariants.map(({ name }) => name)).toEqual(invariants.map((_, index) => `I${index + 1}`));
  });

  test.each(invariants)('$name is proved by a test that exists', ({ proof }) => {
    const tests = namedTests(proof);
    expect(tests.length).toBeGreaterThan(0);
    for (const { text, isThere } of tests) expect(isThere, text).toBe(true);
  });
});
