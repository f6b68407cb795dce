import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT, readManifest } from '../workspace/packages.ts';
import { structureProblems } from './structure-problems.ts';

/** A repository in which nothing is wrong: core and one adapter. */
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipstream-structure-'));
  addPackage('core');
  addPackage('log');
});

afterEach(() => rmSync(root, { recursive: true }));

test('a repository as agreed has no problems', () => {
  expect(structureProblems(root)).toEqual([]);
});

describe('the manifest', () => {
  test('has every agreed field', () => {
    editManifest('log', (manifest) => ({ ...manifest, license: 'ISC', keywords: [] }));
    expect(structureProblems(root)).toEqual([
      'packages/log/package.json: "license" must be "MIT"',
      'packages/log/package.json: "keywords" must name some',
    ]);
  });

  test('publishes the entry points it has in the workspace, without their source', () => {
    editManifest('log', ({ publishConfig, ...manifest }) => ({
      ...manifest,
      publishConfig: { ...(publishConfig as object), exports: manifest['exports'] },
    }));
    expect(structureProblems(root)).toEqual([
      expect.stringMatching(/^packages\/log\/package.json: "publishConfig" must be/),
    ]);
  });

  test('has core as a peer', () => {
    editManifest('log', ({ peerDependencies, ...manifest }) => ({
      ...manifest,
      dependencies: peerDependencies,
    }));
    expect(structureProblems(root)).toEqual([
      'packages/log/package.json: "peerDependencies" must have "@slipstream/core": "workspace:^"',
      'packages/log/package.json: "dependencies" must not have "@slipstream/core": it is a peer',
    ]);
  });
});

describe('the files', () => {
  test('are all there', () => {
    rmSync(join(root, 'packages/log/tsconfig.build.json'));
    expect(structureProblems(root)).toEqual(['packages/log/tsconfig.build.json: is missing']);
  });

  test('have a change log from the first release on, and not before', () => {
    write('packages/log/CHANGELOG.md', '# Changes');
    editManifest('core', (manifest) => ({ ...manifest, version: '0.1.0' }));
    expect(structureProblems(root)).toEqual([
      'packages/core/CHANGELOG.md: is missing',
      'packages/log/CHANGELOG.md: is written by the first release',
    ]);
  });

  test('have a README with the agreed headings in the agreed order', () => {
    write('packages/log/README.md', readme('log').replace('## Install', '```\n## Install\n```'));
    expect(structureProblems(root)).toEqual([
      expect.stringMatching(/^packages\/log\/README.md: must have the headings Install, Example/),
    ]);
  });

  test('have at most 300 lines, unless they are tests or cases', () => {
    write('packages/log/src/long.ts', '\n'.repeat(301));
    write('packages/log/src/long.test.ts', '\n'.repeat(301));
    write('packages/log/src/long.cases.ts', '\n'.repeat(301));
    expect(structureProblems(root)).toEqual([
      expect.stringMatching(/^packages\/log\/src\/long.ts: has 301 lines/),
    ]);
  });

  test('are named in kebab-case', () => {
    write('packages/log/src/logStore.ts', '');
    expect(structureProblems(root)).toEqual([
      'packages/log/src/logStore.ts: "logStore.ts" must be in kebab-case',
    ]);
  });
});

describe('the links of documents', () => {
  test('lead to files and headings that are there', () => {
    write('docs/errors.md', '# Errors\n## What `retry` does\n```\n[code](nowhere.md)\n```\n');
    write('README.md', '[a](docs/errors.md#what-retry-does) [b](docs) [c](https://nats.io) [d](#d)\n## D\n');
    expect(structureProblems(root)).toEqual([]);
    write('README.md', '[a](docs/error.md) [b](docs/errors.md#what-does)\n');
    write('packages/log/README.md', `${readme('log')}[up](../docs/errors.md)\n`);
    expect(structureProblems(root)).toEqual([
      'README.md: links to docs/error.md, which does not exist',
      'README.md: links to docs/errors.md#what-does, which has no such heading',
      'packages/log/README.md: links to ../docs/errors.md, which does not exist',
    ]);
  });
});

describe('the changesets', () => {
  test('of a package without a release are one, which describes its first version', () => {
    write('.changeset/a-fix.md', changeset('log', 'patch'));
    rmSync(join(root, '.changeset/first-release-of-core.md'));
    expect(structureProblems(root)).toEqual([
      '.changeset/first-release-of-core.md: must describe the first version of @slipstream/core, as a minor',
      '.changeset/a-fix.md: @slipstream/log is not released yet: describe it in .changeset/first-release-of-log.md',
    ]);
    write('.changeset/first-release-of-core.md', changeset('core', 'patch'));
    write('.changeset/a-fix.md', '---\n---\n');
    expect(structureProblems(root)).toEqual([
      '.changeset/first-release-of-core.md: must describe the first version of @slipstream/core, as a minor',
    ]);
  });

  test('of a released package are as many as it has changes', () => {
    editManifest('log', (manifest) => ({ ...manifest, version: '0.1.0' }));
    write('packages/log/CHANGELOG.md', '# Changes');
    rmSync(join(root, '.changeset/first-release-of-log.md'));
    write('.changeset/a-fix.md', changeset('log', 'patch'));
    write('.changeset/another-fix.md', changeset('log', 'patch'));
    expect(structureProblems(root)).toEqual([]);
  });
});

describe('the imports', () => {
  test('of core are its own files only, but for its tests', () => {
    write('packages/core/src/reads-files.ts', "import { readFile } from 'node:fs/promises';\n");
    write('packages/core/src/reads-files.test.ts', "import { readFile } from 'node:fs/promises';\n");
    expect(structureProblems(root)).toEqual([
      'packages/core/src/reads-files.ts: must not import node:fs/promises',
    ]);
  });

  test('inside core are only of the layers below, but for its tests', () => {
    const above = "import { openReplica } from '../replica/open-replica.js';";
    write('packages/core/src/watch/loop.ts', above);
    write('packages/core/src/watch/loop.test.ts', above);
    write('packages/core/src/scrub/fold.ts', above);
    write('packages/core/src/misc/thing.ts', '');
    expect(structureProblems(root)).toEqual([
      'packages/core/src/misc/thing.ts: is in a folder that core-layers-rule.ts does not know',
      'packages/core/src/watch/loop.ts: must not import src/replica/open-replica.js, which is in a layer above',
    ]);
  });

  test('of an adapter are not of another adapter, but for its tests', () => {
    const text = "import {\n  a,\n} from '@slipstream/nats';\nconst later = import('@slipstream/memory');\n";
    write('packages/log/src/index.ts', text);
    write('packages/log/test/pairs.test.ts', text);
    expect(structureProblems(root)).toEqual([
      'packages/log/src/index.ts: must not import @slipstream/nats',
      'packages/log/src/index.ts: must not import @slipstream/memory',
    ]);
  });

  test('shown in a comment are none', () => {
    write('packages/log/src/index.ts', "/**\n import '@slipstream/nats';\n */\n// import 'x'\nexport {};\n");
    expect(structureProblems(root)).toEqual([]);
  });
});

/** A package with a real one's manifest. */
function addPackage(folder: string): void {
  const path = `packages/${folder}`;
  write(`${path}/package.json`, JSON.stringify({ ...readManifest(join(ROOT, path)), version: '0.0.0' }));
  write(`${path}/README.md`, readme(folder));
  for (const file of ['tsconfig.json', 'tsconfig.build.json']) write(`${path}/${file}`, '{}');
  write(`${path}/src/index.ts`, 'export {};\n');
  write(`.changeset/first-release-of-${folder}.md`, changeset(folder, 'minor'));
}

function changeset(folder: string, bump: string): string {
  return `---\n"@slipstream/${folder}": ${bump}\n---\n\nWhat it is.\n`;
}

function readme(folder: string): string {
  return `# @slipstream/${folder}\n## Install\n## Example\n## Guarantees\n## More\n## Errors\n`;
}

function editManifest(folder: string, edit: (manifest: Record<string, unknown>) => object): void {
  const path = `packages/${folder}`;
  write(`${path}/package.json`, JSON.stringify(edit({ ...readManifest(join(root, path)) })));
}

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
