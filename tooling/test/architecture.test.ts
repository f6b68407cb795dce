import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** The rows of the table of invariants: name, and what proves it. */
const invariants = [...read('ARCHITECTURE.md').matchAll(/^\| (I\d+) \| .* \| (.*) \|$/gm)].map(
  ([, name = '', proof = '']) => ({ name, proof }),
);
const root = fileURLToPath(new URL('../../', import.meta.url));
const cases = globSync('packages/test-kit/src/**/*.cases.ts', { cwd: root }).map(read).join('\n');

describe('the invariants of ARCHITECTURE.md', () => {
  test('are numbered without a gap', () => {
    expect(invariants.length).toBeGreaterThan(0);
    expect(invariants.map(({ name }) => name)).toEqual(invariants.map((_, index) => `I${index + 1}`));
  });

  test.each(invariants)('$name is proved by a test that exists', ({ proof }) => {
    const [, id] = /^`\[(.+?)\]`/.exec(proof) ?? [];
    if (id !== undefined) return expect(cases.includes(`id: '${id}'`), id).toBe(true);
    const [, file = '', title = ''] = /^`(.+?)` "(.+)"$/.exec(proof) ?? [];
    return expect(read(file).includes(`'${title}'`), title).toBe(true);
  });
});
