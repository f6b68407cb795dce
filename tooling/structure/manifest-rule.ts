import { isDeepStrictEqual } from 'node:util';
import { entryPointsOf, isPublished, type Member, type PackageManifest } from '../workspace/packages.ts';
import { placeOf, type Repository } from './rule.ts';

const CORE = '@slipstream/core';
const HOME = 'https://github.com/slipstream-kv/slipstream';

/** Published packages differ in name, words, entry points and dependencies, and in nothing else. */
export function* manifestRule({ members }: Repository): Iterable<string> {
  for (const member of members.filter(isPublished)) {
    for (const problem of problemsOf(member)) yield `${placeOf(member, 'package.json')}: ${problem}`;
  }
}

function* problemsOf(member: Member): Iterable<string> {
  const { manifest, group, folder } = member;
  for (const [field, value] of Object.entries(expectedFields(member))) {
    if (!isDeepStrictEqual(manifest[field], value)) yield `"${field}" must be ${JSON.stringify(value)}`;
  }
  for (const field of ['description', 'version']) {
    if (typeof manifest[field] !== 'string') yield `"${field}" must be set`;
  }
  if (!Array.isArray(manifest['keywords']) || manifest['keywords'].length === 0) {
    yield '"keywords" must name some';
  }
  if (group === 'packages' && folder !== 'core') yield* corePeerProblems(manifest);
}

function expectedFields({ group, folder, manifest }: Member): Record<string, unknown> {
  const entryPoints = entryPointsOf(manifest);
  const published = Object.fromEntries(
    entryPoints.map(({ subpath, file }) => [
      subpath,
      { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
    ]),
  );
  const inTheWorkspace = Object.fromEntries(
    entryPoints.map(({ subpath, file }) => [
      subpath,
      { '@slipstream/source': `./src/${file}.ts`, ...published[subpath] },
    ]),
  );
  const manifestItself = { './package.json': './package.json' };
  return {
    name: `@slipstream/${folder}`,
    license: 'MIT',
    homepage: `${HOME}/tree/main/${group}/${folder}#readme`,
    bugs: `${HOME}/issues`,
    // npm's pages resolve the relative links of a README against the directory.
    repository: { type: 'git', url: `git+${HOME}.git`, directory: `${group}/${folder}` },
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.15.0' },
    files: ['dist', 'README.md', 'CHANGELOG.md'],
    exports: { ...inTheWorkspace, ...manifestItself },
    publishConfig: { access: 'public', provenance: true, exports: { ...published, ...manifestItself } },
    scripts: {
      build: 'tsup --config ../../tooling/build/tsup.config.ts && tsc -p tsconfig.build.json',
      typecheck: 'tsc',
      'check:package':
        'pnpm pack --out .pack/package.tgz && publint --strict .pack/package.tgz && ' +
        'attw .pack/package.tgz --profile esm-only',
    },
  };
}

/** One copy of core in an application, which chooses its version; here, the one of this repository. */
function* corePeerProblems(manifest: PackageManifest): Iterable<string> {
  const version = (field: string) => (manifest[field] as Record<string, string> | undefined)?.[CORE];
  if (version('peerDependencies') !== 'workspace:^') {
    yield `"peerDependencies" must have "${CORE}": "workspace:^"`;
  }
  if (version('devDependencies') !== 'workspace:*') {
    yield `"devDependencies" must have "${CORE}": "workspace:*"`;
  }
  if (version('dependencies') !== undefined) yield `"dependencies" must not have "${CORE}": it is a peer`;
}
