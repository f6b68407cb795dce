import { describe, expect, test } from 'vitest';
import { namedTests, readDocument } from './named-tests.ts';

/** The sections of the page: what happens to a fleet, and the list of the tests that inject it. */
const faults = readDocument('docs/faults.md')
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [fault = '', ...lines] = section.split('\n');
    return { fault, injected: lines.slice(lines.findIndex((line) => line.startsWith('- '))) };
  });

describe('the faults of docs/faults.md', () => {
  test('are there', () => {
    expect(faults.length).toBeGreaterThan(0);
  });

  test.each(faults)('$fault: is injected by tests that exist', ({ injected }) => {
    const list = injected.join('\n');
    const tests = namedTests(list);
    expect(tests.length).toBeGreaterThan(0);
    for (const { text, isThere } of tests) expect(isThere, text).toBe(true);
    const others = tests.reduce((rest, { text }) => rest.replace(text, ''), list);
    expect(others.replace(/[-,\s]/g, ''), 'what is neither a case nor a file with a title').toBe('');
  });
});
