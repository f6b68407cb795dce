import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readManifest } from '../workspace/packages.ts';
import { complaintOf, isNodeGood, isPnpmGood } from './toolchain.mjs';

test.each(['22.22.0', '24.11.0', '24.21.0', '26.0.0', '27.1.0'])('Node.js %s is good enough', (version) => {
  expect(isNodeGood(version)).toBe(true);
});

test.each(['18.20.8', '20.20.2', '22.21.9', '23.11.0', '24.10.0', '25.9.0'])(
  'Node.js %s is not',
  (version) => {
    expect(isNodeGood(version)).toBe(false);
  },
);

test('the rule for Node.js is the one that package.json states', () => {
  expect(readManifest(ROOT)['engines']).toEqual({ node: '^22.22.0 || ^24.11.0 || >=26.0.0' });
});

test('a pnpm of the pinned major that is not older than the pin is good enough', () => {
  const pinned = String(readManifest(ROOT)['packageManager']).replace('pnpm@', '');
  const [major = 0, minor = 0, patch = 0] = pinned.split('.').map(Number);
  expect(isPnpmGood(`${major}.${minor}.${patch}`)).toBe(true);
  expect(isPnpmGood(`${major}.${minor + 1}.0\n`)).toBe(true);
  expect(isPnpmGood(`${major}.${minor - 1}.99`)).toBe(false);
  expect(isPnpmGood(`${major - 1}.99.0`)).toBe(false);
  expect(isPnpmGood(`${major + 1}.0.0`)).toBe(false);
});

test.each([
  ['echo v1.2.3', undefined],
  ['echo 1.2.3', undefined],
  ['echo 1.2.2', 'tool is 1.2.2'],
  ['echo no such glibc >&2; exit 1', 'tool does not run here: no such glibc'],
  [undefined, 'tool cannot be started'],
])('a tool of 1.2.3 that says "%s": %s', (script, complaint) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipstream-tool-'));
  try {
    const tool = join(folder, 'tool');
    if (script !== undefined) writeFileSync(tool, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const found = complaintOf(tool, '1.2.3');
    if (complaint === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(complaint);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
