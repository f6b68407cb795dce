import type { Member } from '../workspace/packages.ts';
import { placeOf, type Repository } from './rule.ts';
import { importsOf, packageOf, sourceFilesOf } from './source-files.ts';

const SCOPE = '@slipstream/';

/** What the source of a package may import of the others. Tests may import whatever they test with. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  artifact: ['core'],
};
/** Only programs import adapters, so that no adapter depends on another. */
const ADAPTER_MAY_IMPORT = ['core', 'artifact'];

/** Imports follow the layers: core, then artifact, then the adapters and the test kit, then programs. */
export function* layersRule({ members }: Repository): Iterable<string> {
  for (const member of members.filter(({ group }) => group === 'packages')) {
    const allowed = MAY_IMPORT[member.folder] ?? ADAPTER_MAY_IMPORT;
    for (const { path, imported } of importedPackages(member)) {
      if (!imported.startsWith(SCOPE) || imported === member.manifest.name) continue;
      if (!allowed.includes(imported.slice(SCOPE.length))) {
        yield `${placeOf(member, path)}: must not import ${imported}`;
      }
    }
  }
}

function importedPackages(member: Member): { path: string; imported: string }[] {
  return sourceFilesOf(member)
    .filter(({ isTest }) => !isTest)
    .flatMap((file) => importsOf(file).map((name) => ({ path: file.path, imported: packageOf(name) })));
}
