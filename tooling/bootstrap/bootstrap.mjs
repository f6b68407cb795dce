#!/usr/bin/env node
// Runs a command with a pnpm and a Node.js that satisfy this repository. What the machine has is
// used when it is good enough; what it lacks is fetched from the npm registry into .toolchain/:
// pnpm (one native binary) by npm, then Node.js by that pnpm.
//
//   node tooling/bootstrap/bootstrap.mjs                             prepare, print what is used
//   node tooling/bootstrap/bootstrap.mjs [--install] COMMAND [ARG…]  prepare, [pnpm install,] run COMMAND
//
// No dependencies; runs on Node.js >= 18. The packages fetched hold finished binaries and have no
// install scripts, so it works however npm and pnpm are set to treat those.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const { platform, arch } = process;
const windows = platform === 'win32';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const store = join(root, '.toolchain');
const env = { ...process.env };

const NODE = '24.21.0';
const PNPM = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.match(
  /^pnpm@(\d+\.\d+\.\d+)/,
)[1];

/**
 * As engines.node: ^22.22.0 || ^24.11.0 || >=26.0.0
 * @param {string} version
 */
function nodeIsGood(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 22 && minor >= 22) || (major === 24 && minor >= 11) || major >= 26;
}

/**
 * The pinned major, not older than the pin.
 * @param {string} version
 */
function pnpmIsGood(version) {
  const [have, want] = [version, PNPM].map((v) => v.trim().split('.').map(Number));
  return have[0] === want[0] && (have[1] > want[1] || (have[1] === want[1] && have[2] >= want[2]));
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
function run(command, args, options) {
  const done = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: windows, ...options });
  if (done.error) {
    console.error(`bootstrap: cannot run ${command}: ${done.error.message}`);
    process.exit(127);
  }
  if (done.signal) process.kill(process.pid, done.signal);
  return done.status ?? 1;
}

/**
 * Makes .toolchain/NAME@VERSION, complete or not at all, and puts its folder of binaries on PATH.
 * @param {string} name
 * @param {string} version
 * @param {string} folder
 * @param {string} command
 * @param {string[]} args
 */
function provide(name, version, folder, command, args) {
  const home = join(store, `${name.replace('/', '+')}@${version}`);
  if (!existsSync(home)) {
    console.error(`bootstrap: fetching ${name}@${version} from the npm registry`);
    mkdirSync(store, { recursive: true });
    const temporary = mkdtempSync(join(store, 'tmp-'));
    writeFileSync(
      join(temporary, 'package.json'),
      JSON.stringify({ private: true, dependencies: { [name]: version } }),
    );
    const status = run(command, args, { cwd: temporary, stdio: ['ignore', 2, 2] });
    try {
      if (status === 0) renameSync(temporary, home);
    } catch {
      // a parallel run was first
    }
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(home)) {
      console.error(`bootstrap: ${command} could not install ${name}@${version}`);
      process.exit(1);
    }
  }
  const key = Object.keys(env).find((k) => k.toUpperCase() === 'PATH') ?? 'PATH';
  env[key] = [join(home, 'node_modules', name, folder), env[key]].join(delimiter);
}

const pnpm = spawnSync('pnpm', ['--version'], { cwd: tmpdir(), encoding: 'utf8', shell: windows });
if (pnpm.status !== 0 || !pnpmIsGood(pnpm.stdout)) {
  const musl = platform === 'linux' && !('glibcVersionRuntime' in Object(process.report.getReport()).header);
  const name = `@pnpm/exe.${platform}-${arch}${musl ? '-musl' : ''}`;
  const flags = ['--no-package-lock', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  provide(name, PNPM, '.', 'npm', ['install', '--prefix=.', '--ignore-scripts', ...flags]);
}

if (!nodeIsGood(process.versions.node)) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${windows ? 'win' : platform}-${arch}`;
  const flags = ['--ignore-workspace', '--no-lockfile', '--loglevel=error'];
  provide(name, NODE, 'bin', 'pnpm', ['install', '--ignore-scripts', ...flags]);
  // npm names the Node.js it runs on in these; what is started here must not go back to that one.
  for (const variable of ['NODE', 'npm_node_execpath', 'npm_execpath']) delete env[variable];
}

const args = process.argv.slice(2);
if (args[0] === '--install') {
  args.shift();
  const status = run('pnpm', ['install', '--frozen-lockfile']);
  if (status !== 0) process.exit(status);
}
const [command, ...rest] = args;
if (command !== undefined) process.exit(run(command, rest));
run('node', ['-p', '"node " + process.version + " " + process.execPath']);
run('pnpm', ['--version']);
