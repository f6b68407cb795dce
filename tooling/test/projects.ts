import type { TestProjectInlineConfiguration } from 'vitest/config';
import { membersOf } from '../workspace/packages.ts';

/** One vitest project per package, app and example, and one for the tooling. */
export function projects(): TestProjectInlineConfiguration[] {
  const members = ['packages', 'apps', 'examples'].flatMap((group) => membersOf(group));
  return [
    ...members.map(({ folder, path }) => project(folder, path, ['src/**/*.test.ts', 'test/**/*.test.ts'])),
    project('tooling', './tooling', ['**/*.test.ts']),
  ];
}

function project(name: string, root: string, include: string[]): TestProjectInlineConfiguration {
  return { extends: true, root, test: { name, include } };
}
