import { placeOf, type Repository } from './rule.ts';
import { importsOf, sourceFilesOf } from './source-files.ts';

/** core loads in a browser, a worker, Deno and Bun: it imports nothing but itself. */
export function* portableCoreRule({ members }: Repository): Iterable<string> {
  const core = members.find(({ group, folder }) => group === 'packages' && folder === 'core');
  if (core === undefined) return;

  for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
    if (core.manifest[field] !== undefined) {
      yield `${placeOf(core, 'package.json')}: must have no "${field}"`;
    }
  }
  for (const file of sourceFilesOf(core).filter(({ isTest }) => !isTest)) {
    for (const name of importsOf(file).filter((each) => !each.startsWith('.'))) {
      yield `${placeOf(core, file.path)}: must not import ${name}`;
    }
  }
}
