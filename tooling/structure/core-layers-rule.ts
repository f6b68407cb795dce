import { posix } from 'node:path';
import { placeOf, type Repository } from './rule.ts';
import { importsOf, sourceFilesOf } from './source-files.ts';

/** The folders of core from the bottom up, as ARCHITECTURE.md describes them. */
const LAYERS = [
  'errors',
  'lifetime',
  'scope',
  'cursor',
  'kv',
  'protocol',
  'snapshot',
  'watch',
  'replica',
  'scrub',
  'testing',
];

/** Inside core, a folder imports only those below it. Files outside of the folders are below all of them. */
export function* coreLayersRule({ members }: Repository): Iterable<string> {
  const core = members.find(({ group, folder }) => group === 'packages' && folder === 'core');
  if (core === undefined) return;

  const files = sourceFilesOf(core).filter(({ path, isTest }) => !isTest && path !== 'src/index.ts');
  for (const file of files) {
    const layer = layerOf(file.path);
    if (layer === undefined) {
      yield `${placeOf(core, file.path)}: is in a folder that core-layers-rule.ts does not know`;
      continue;
    }
    for (const name of importsOf(file).filter((each) => each.startsWith('.'))) {
      const imported = posix.join(posix.dirname(file.path), name);
      if ((layerOf(imported) ?? -1) > layer) {
        yield `${placeOf(core, file.path)}: must not import ${imported}, which is in a layer above`;
      }
    }
  }
}

/** The height of a file's layer, -1 below all folders; `undefined` in an unknown folder. */
function layerOf(path: string): number | undefined {
  const [, folder, ...below] = path.split('/');
  if (folder === undefined || below.length === 0) return -1;
  const layer = LAYERS.indexOf(folder);
  return layer === -1 ? undefined : layer;
}
