import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPublished, isReleased } from '../workspace/packages.ts';
import type { Repository } from './rule.ts';

const FOLDER = '.changeset';

/**
 * A package without a release has one changeset, which says what its first version is. Its users have no earlier version
 * to compare with, so that fixes and changes of what is not released would only puzzle them.
 */
export function* changesetsRule({ root, members }: Repository): Iterable<string> {
  const bumps = bumpsIn(root);
  for (const member of members.filter((one) => isPublished(one) && !isReleased(one))) {
    const first = `${FOLDER}/first-release-of-${member.folder}.md`;
    const own = bumps.filter(({ name }) => name === member.manifest.name);
    if (!own.some(({ file, bump }) => file === first && bump === 'minor')) {
      yield `${first}: must describe the first version of ${member.manifest.name}, as a minor`;
    }
    for (const { file } of own.filter((other) => other.file !== first)) {
      yield `${file}: ${member.manifest.name} is not released yet: describe it in ${first}`;
    }
  }
}

interface Bump {
  readonly file: string;
  /** The package. */
  readonly name: string;
  readonly bump: string;
}

/** The lines of the front matter of all changesets, which look like `"@slipstream/log": minor`. */
function bumpsIn(root: string): Bump[] {
  if (!existsSync(join(root, FOLDER))) return [];
  const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.md'));
  return files.sort().flatMap((name) => {
    const [, frontMatter = ''] = readFileSync(join(root, FOLDER, name), 'utf8').split(/^---$/m);
    return [...frontMatter.matchAll(/^["']?([^"':\s]+)["']?: *(\w+) *$/gm)].map(
      ([, pkg = '', bump = '']) => ({
        file: `${FOLDER}/${name}`,
        name: pkg,
        bump,
      }),
    );
  });
}
