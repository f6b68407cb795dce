import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { totalsOf } from './totals-reporter.ts';

function fileWith(states: readonly string[], errors: readonly unknown[] = []): TestModule {
  const tests = states.map((state) => ({ result: () => ({ state }) }));
  return { children: { allTests: () => tests.values() }, errors: () => errors } as unknown as TestModule;
}

test('the tests of all files are added up by how they ended', () => {
  const files = [fileWith(['passed', 'skipped', 'failed']), fileWith(['passed'])];
  expect(totalsOf(files, [])).toBe('2 passed, 1 failed, 1 skipped');
});

test('a file that cannot be loaded is a failure, and so is an error outside every test', () => {
  expect(totalsOf([fileWith([], [new Error('syntax')])], [])).toBe('0 passed, 1 failed, 0 skipped');
  expect(totalsOf([fileWith(['passed'])], [new Error('stray')])).toBe('1 passed, 1 failed, 0 skipped');
});
