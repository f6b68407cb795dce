import { expect, test } from 'vitest';
import { errorRecovery } from '../../packages/core/src/index.ts';
import { readDocument } from './named-tests.ts';

test('docs/errors.md has a section for every code, with its recovery, in the order of the code', () => {
  const sections = readDocument('docs/errors.md').matchAll(/^### (\w+)\n\n- \*\*Recovery:\*\* `([\w-]+)`$/gm);
  const documented = [...sections].map(([, code, recovery]) => [code, recovery]);
  expect(documented).toEqual(Object.entries(errorRecovery));
});
