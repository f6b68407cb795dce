// The Node.js and pnpm this repository needs. What the machine has is used when it is new enough; what
// it lacks is fetched from the npm registry into .toolchain/: pnpm (one native binary) by npm, then
// Node.js by that pnpm. The packages fetched hold finished binaries and have no install scripts, so it
// works however npm and pnpm are set to treat those. No dependencies; runs on Node.js >= 18.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { createFolder } from './atomic-folder.mjs';
import { provideHome } from './home-folder.mjs';
import { ROOT, run } from './processes.mjs';

const NODE = '24.21.0';
const PNPM = pinnedPnpm();
const STORE = join(ROOT, '.toolchain');

const NPM_FLAGS = [
  '--ignore-scripts',
  // Into this folder and not as a dry run, whatever the user's settings are.
  '--no-global',
  '--no-dry-run',
  '--no-package-lock',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
  // By default, npm waits for more than a minute before it says that there is no network.
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];
const PNPM_FLAGS = ['--ignore-scripts', '--ignore-workspace', '--no-lockfile', '--loglevel=error'];

/**
 * @typedef {object} Toolchain
 * @property {NodeJS.ProcessEnv} env an environment in which `node` and `pnpm` are the right ones
 * @property {string} summary the versions, in words
 */

/**
 * @param {(message: string) => void} report takes what is going on
 * @returns {Promise<Toolchain>}
 * @throws {Error} when something is missing and cannot be fetched
 */
export async function prepareToolchain(report) {
  const { platform, arch } = process;
  if (platform === 'win32') throw new Error('Windows is only supported through WSL');
  const env = { ...process.env };
  await provideHome(env, { store: STORE, report });

  let pnpm = versionOf('pnpm').version;
  if (pnpm === undefined || !isPnpmGood(pnpm)) {
    pnpm = PNPM;
    const name = `@pnpm/exe.${platform}-${arch}${isMusl() ? '-musl' : ''}`;
    await provide({ name, version: pnpm, tool: 'pnpm' }, ['npm', 'install', ...NPM_FLAGS], env, report);
  }

  let node = process.versions.node;
  if (!isNodeGood(node)) {
    node = NODE;
    const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`;
    await provide({ name, version: node, tool: 'bin/node' }, ['pnpm', 'install', ...PNPM_FLAGS], env, report);
    // npm names the Node.js it runs on in these; what is started here must not go back to that one.
    for (const variable of ['NODE', 'npm_node_execpath', 'npm_execpath']) delete env[variable];
  }
  return { env, summary: `Node.js ${node}, pnpm ${pnpm}` };
}

/**
 * @typedef {object} ToolPackage
 * @property {string} name
 * @property {string} version of the package, and of the tool
 * @property {string} tool where the package has the tool
 */

/**
 * Makes .toolchain/NAME@VERSION, complete or not at all, and puts its folder of binaries on PATH.
 *
 * @param {ToolPackage} wanted
 * @param {[command: string, ...args: string[]]} install
 * @param {NodeJS.ProcessEnv} env
 * @param {(message: string) => void} report
 */
async function provide({ name, version, tool }, [command, ...args], env, report) {
  const home = join(STORE, `${name.replace('/', '+')}@${version}`);
  const binary = join('node_modules', name, tool);
  await createFolder(home, async (temporary) => {
    report(`fetching ${name}@${version} from the npm registry`);
    const manifest = { private: true, dependencies: { [name]: version } };
    await writeFile(join(temporary, 'package.json'), JSON.stringify(manifest));
    const code = await run(command, args, { cwd: temporary, env, onLine: (line) => line && report(line) });
    const complaint =
      code === 0 ? complaintOf(join(temporary, binary), version) : 'Is the npm registry reachable?';
    if (complaint !== undefined) {
      throw new Error(
        `${command} could not fetch ${name}@${version}. ${complaint} ` +
          `Or install Node.js ${NODE} and pnpm ${PNPM} yourself; they are used when they are on PATH.`,
      );
    }
  });
  env['PATH'] = [dirname(join(home, binary)), env['PATH']].join(delimiter);
}

/**
 * What npm reports as a success may have left nothing, or nothing that runs here.
 *
 * @param {string} binary
 * @param {string} version
 * @returns {string | undefined} why the binary cannot be used
 */
export function complaintOf(binary, version) {
  const asked = versionOf(binary);
  if (asked.version === version) return undefined;
  return `It reported success, but ${basename(binary)} ${asked.complaint ?? `is ${asked.version}`}.`;
}

/**
 * @param {string} binary
 * @returns {{ version?: string, complaint?: string }}
 */
function versionOf(binary) {
  // Outside of this repository: pnpm must not look at its pin, nor fetch it.
  const asked = spawnSync(binary, ['--version'], { cwd: tmpdir(), encoding: 'utf8' });
  if (asked.error) return { complaint: `cannot be started (${asked.error.message})` };
  if (asked.status !== 0) return { complaint: `does not run here: ${asked.stderr.trim()}` };
  return { version: asked.stdout.trim().replace(/^v/, '') };
}

/** @returns {string} the version that `packageManager` pins */
function pinnedPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const version = /^pnpm@(\d+\.\d+\.\d+)/.exec(packageManager)?.[1];
  if (version === undefined) throw new Error('package.json: "packageManager" must pin pnpm');
  return version;
}

/**
 * As `engines.node` has it: ^22.22.0 || ^24.11.0 || >=26.0.0
 *
 * @param {string} version
 */
export function isNodeGood(version) {
  const [major, minor] = numbers(version);
  return (major === 22 && minor >= 22) || (major === 24 && minor >= 11) || major >= 26;
}

/**
 * The pinned major, not older than the pin.
 *
 * @param {string} version
 */
export function isPnpmGood(version) {
  const [have, want] = [numbers(version), numbers(PNPM)];
  return have[0] === want[0] && (have[1] > want[1] || (have[1] === want[1] && have[2] >= want[2]));
}

/**
 * @param {string} version
 * @returns {[major: number, minor: number, patch: number]}
 */
function numbers(version) {
  const [major = Number.NaN, minor = 0, patch = 0] = version
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  return [major, minor, patch];
}

/** Whether this is a Linux without glibc (Alpine, for one). */
function isMusl() {
  if (process.platform !== 'linux') return false;
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime === undefined;
}
