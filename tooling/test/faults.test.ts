import { describe, expect, test } from 'vitest';
import { namedTests, readDocument } from './named-tests.ts';

/** The rows of the table of faults: what happens to a fleet, and where it is provoked. */
const faults = [...readDocument('docs/faults.md').matchAll(/^\| \*\*(.+?)\*\*.* \| .* \| (.*) \|$/gm)].map(
  ([, fault = '', provoked = '']) => ({ fault, provoked }),
);

describe('the faults of docs/faults.md', () => {
  test('are all read', () => {
    expect(faults.length).toBe(readDocument('docs/faults.md').split('\n| **').length - 1);
    expect(faults.length).toBeGreaterThan(0);
  });

  test.each(faults)('$fault: is provoked by tests that exist', ({ provoked }) => {
    const tests = namedTests(provoked);
    expect(tests.length).toBeGreaterThan(0);
    for (const { text, isThere } of tests) expect(isThere, text).toBe(true);
  });
});
