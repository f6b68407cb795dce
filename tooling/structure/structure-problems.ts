import { membersOf } from '../workspace/packages.ts';
import { changesetsRule } from './changesets-rule.ts';
import { coreLayersRule } from './core-layers-rule.ts';
import { fileLengthRule } from './file-length-rule.ts';
import { filesRule } from './files-rule.ts';
import { layersRule } from './layers-rule.ts';
import { linksRule } from './links-rule.ts';
import { manifestRule } from './manifest-rule.ts';
import { namesRule } from './names-rule.ts';
import { portableCoreRule } from './portable-core-rule.ts';
import type { Repository, Rule } from './rule.ts';

const RULES: readonly Rule[] = [
  manifestRule,
  filesRule,
  portableCoreRule,
  layersRule,
  coreLayersRule,
  fileLengthRule,
  namesRule,
  linksRule,
  changesetsRule,
];

/** Where the repository is not laid out as agreed, one line each. */
export function structureProblems(root: string): string[] {
  const members = ['packages', 'apps', 'examples'].flatMap((group) => membersOf(group, root));
  const repository: Repository = { root, members };
  return RULES.flatMap((rule) => [...rule(repository)]);
}
