import type { Repository } from './rule.ts';
import { filesUnder } from './source-files.ts';

/** Lower-case words with hyphens, then the kinds of the file: `resume-window.property.test.ts`. */
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Names that differ only in case are one file on some machines and two on others. */
export function* namesRule({ root }: Repository): Iterable<string> {
  const files = ['packages', 'apps', 'examples', 'tooling'].flatMap((folder) => filesUnder(root, folder));
  for (const { path } of files) {
    const wrong = path.split('/').find((part) => !KEBAB_CASE.test(part));
    if (wrong !== undefined) yield `${path}: "${wrong}" must be in kebab-case`;
  }
}
