import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../workspace/packages.ts';

const DOCUMENT = readFileSync(join(ROOT, 'docs/writing-a-backend.md'), 'utf8');

/** What is in the files of a folder and of those below, without the indentation. */
function linesBelow(folder: string, ending: string): string {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith(ending) && !name.includes('node_modules'));
  return files.map((name) => unindented(readFileSync(join(ROOT, folder, name), 'utf8'))).join('\n');
}

function unindented(text: string): string {
  return text.replace(/^ +/gm, '');
}

describe('docs/writing-a-backend.md', () => {
  const excerpts = [...DOCUMENT.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const source = linesBelow('examples/custom-backend', '.mjs');

  test.each(excerpts)('shows code that is in the example: %s', (excerpt) => {
    expect(source).toContain(unindented(excerpt));
  });

  const ids = new Set(
    [...DOCUMENT.matchAll(/`([a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*)`/g)].map(([, id]) => id),
  );
  const cases = linesBelow('packages/test-kit/src/snapshot-store', '.cases.ts');

  test.each([...ids])('names a case of the kit: %s', (id) => {
    expect(cases).toContain(`id: '${id}'`);
  });
});
