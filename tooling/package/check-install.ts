// Uses the packed packages as their users do: installs the tarballs by npm in an empty project, imports
// every entry point, and type-checks the imports without trusting the packages' declarations.
// Needs `turbo run check:package` to have packed them, and the npm registry for their dependencies.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  entryPointsOf,
  isProgram,
  isPublished,
  membersOf,
  ROOT,
  readManifest,
} from '../workspace/packages.ts';

/** What npm says when it has no network, not when a package is wrong. */
const NO_NETWORK = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)\b/;

const packages = membersOf('packages').filter(isPublished);
const entryPoints = packages.flatMap(({ folder, manifest }) =>
  entryPointsOf(manifest).map((entryPoint) => ({
    name: `@slipstream/${folder}${entryPoint.subpath.slice(1)}`,
    program: isProgram(entryPoint),
  })),
);

const project = mkdtempSync(join(tmpdir(), 'slipstream-install-'));
try {
  writeProject();
  const works = install() && importAll() && typeCheck();
  if (works) console.log(`installed and imported ${entryPoints.map(({ name }) => name).join(', ')}`);
} finally {
  rmSync(project, { recursive: true, force: true });
}

function writeProject(): void {
  const tarballs = packages.map(({ path, manifest }) => [manifest.name, `file:${tarball(path)}`]);
  const nodeTypes = String(readManifest(join(ROOT, 'node_modules/@types/node')).version);
  writeJson('package.json', {
    private: true,
    type: 'module',
    dependencies: { ...Object.fromEntries(tarballs), '@types/node': nodeTypes },
  });
  writeJson('tsconfig.json', {
    files: ['main.ts'],
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'ESNext.Disposable'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noEmit: true,
    },
  });
  const statements = entryPoints.map(useOf).join('\n');
  writeFileSync(join(project, 'main.ts'), statements);
  writeFileSync(join(project, 'main.js'), statements);
}

/** A program is only found, not run. */
function useOf({ name, program }: (typeof entryPoints)[number], index: number): string {
  return program ? `import.meta.resolve('${name}');` : `export * as entry${index} from '${name}';`;
}

function tarball(path: string): string {
  const file = join(path, '.pack/package.tgz');
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`turbo run check:package\` first`);
  return file;
}

function writeJson(name: string, value: unknown): void {
  writeFileSync(join(project, name), JSON.stringify(value, null, 2));
}

/** @returns whether it is installed; false where there is no network, which only CI must have */
function install(): boolean {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const quick = ['--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
  const done = start('npm', ['install', '--ignore-scripts', ...quiet, ...quick]);
  if (done.status === 0) return true;
  if (!process.env['CI'] && NO_NETWORK.test(done.stderr)) {
    console.warn('WARNING: the npm registry cannot be reached; not checked: installing the packages');
    return false;
  }
  return fail(done, 'the packages cannot be installed');
}

function importAll(): boolean {
  const done = start('node', ['main.js']);
  return done.status === 0 || fail(done, 'the packages cannot be imported');
}

/** Checks our declarations, and not those of the packages they depend on, which fail under strict compiler options. */
function typeCheck(): boolean {
  const done = start(join(ROOT, 'node_modules/.bin/tsc'), ['--pretty', 'false']);
  const ours = done.stdout.split('\n').filter((line) => /^(main\.ts|node_modules\/@slipstream\/)/.test(line));
  const failed = ours.length > 0 || (done.status !== 0 && done.stdout === '');
  return (
    !failed || fail({ ...done, stdout: ours.join('\n') }, "the packages' declarations do not type-check")
  );
}

function start(command: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd: project, encoding: 'utf8' });
}

function fail(done: SpawnSyncReturns<string>, complaint: string): false {
  console.error(`${complaint}:\n${done.error?.message ?? ''}${done.stdout}${done.stderr}`);
  process.exitCode = 1;
  return false;
}
