import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProjectInlineConfiguration } from 'vitest/config';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One vitest project per package, app and example, and one for the tooling. */
export function projects(): TestProjectInlineConfiguration[] {
  const members = ['packages', 'apps', 'examples']
    .filter((group) => existsSync(`${ROOT}${group}`))
    .flatMap((group) =>
      readdirSync(`${ROOT}${group}`)
        .filter((name) => existsSync(`${ROOT}${group}/${name}/package.json`))
        .map((name) => project(name, `./${group}/${name}`, ['src/**/*.test.ts', 'test/**/*.test.ts'])),
    );
  return [...members, project('tooling', './tooling', ['**/*.test.ts'])];
}

function project(name: string, root: string, include: string[]): TestProjectInlineConfiguration {
  return { extends: true, root, test: { name, include } };
}
