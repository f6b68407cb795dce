// Uses the packed packages as the author of a fold does: installs them by npm in a copy of
// examples/custom-backend, and runs its conformance tests under vitest and under node:test. Then breaks the
// copy's commit, and expects a failure that names the guarantee which that breaks.
// Needs `turbo run check:package` to have packed them, and the npm registry for their dependencies.
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readManifest } from '../workspace/packages.ts';

const EXAMPLE = join(ROOT, 'examples/custom-backend');
const NODE_TEST = 'test/node-test.mjs';

/** What npm says when it has no network, not when a package is wrong. */
const NO_NETWORK = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)\b/;

/** Runs of each property: enough to see that they run here, since the packages' own tests are what searches. */
const PROPERTY_RUNS = '5';

/** The cursor gets a commit of its own, before the entries, on a disk that takes 20 ms for it. */
const BROKEN_COMMIT = {
  file: 'src/node-sqlite-driver.mjs',
  right: "this.#database.exec('BEGIN IMMEDIATE');",
  wrong:
    'this.#moveCursor.run(cursor.toString()); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20); ' +
    "this.#database.exec('BEGIN IMMEDIATE');",
};
const BROKEN_CASE = 'durability/kill';
const BROKEN_GUARANTEE = /\[durability\/kill\] does not hold: after kill -9 .+ one committed prefix/;

/** How the tests of a run ended. */
interface Totals {
  readonly passed: number;
  readonly skipped: number;
}

const parent = mkdtempSync(join(tmpdir(), 'slipstream-example-'));
const project = join(parent, 'custom-backend');
try {
  copyExample();
  if (install()) check();
} finally {
  rmSync(parent, { recursive: true, force: true });
}

function check(): void {
  succeed(
    start(join(ROOT, 'node_modules/.bin/tsc'), ['--pretty', 'false']),
    'the example does not type-check',
  );
  const vitest = totalsUnderVitest();
  assert.ok(vitest.passed > 0, 'no case ran under vitest');
  assert.deepEqual(totalsUnderNode(), vitest, 'node:test ran other cases than vitest');
  breakCommit();
  namesGuarantee(start('npm', ['test', '--', '-t', BROKEN_CASE]), 'vitest');
  namesGuarantee(start('node', ['--test', `--test-name-pattern=${BROKEN_CASE}`, NODE_TEST]), 'node:test');
  console.log(
    `the fold of examples/custom-backend passes ${vitest.passed} cases (skipped: ${vitest.skipped}) under each runner`,
  );
}

/** With the tarballs in place of the versions that its user would get. */
function copyExample(): void {
  cpSync(EXAMPLE, project, {
    recursive: true,
    filter: (path) => !path.startsWith(join(EXAMPLE, 'node_modules')),
  });
  const manifest = readManifest(project);
  const rewritten = ['dependencies', 'devDependencies'].map((field) => [
    field,
    Object.fromEntries(
      Object.entries(manifest[field] as Record<string, string>).map(([name, range]) => [
        name,
        name.startsWith('@slipstream/') ? `file:${tarball(name)}` : range,
      ]),
    ),
  ]);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ ...manifest, ...Object.fromEntries(rewritten) }, null, 2),
  );
}

function tarball(name: string): string {
  const file = join(ROOT, 'packages', name.slice('@slipstream/'.length), '.pack/package.tgz');
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`turbo run check:package\` first`);
  return file;
}

/** @returns whether it is installed; false where there is no network, which only CI must have */
function install(): boolean {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const quick = ['--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
  const done = start('npm', ['install', '--ignore-scripts', ...quiet, ...quick]);
  if (done.status !== 0 && !process.env['CI'] && NO_NETWORK.test(done.stderr)) {
    console.warn('WARNING: the npm registry cannot be reached; not checked: examples/custom-backend');
    return false;
  }
  succeed(done, 'the example cannot be installed');
  return true;
}

function totalsUnderVitest(): Totals {
  const report = join(parent, 'vitest.json');
  const done = start('npm', [
    'test',
    '--',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ]);
  succeed(done, 'the example fails under vitest');
  const { numPassedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed: numPassedTests, skipped: numPendingTests };
}

function totalsUnderNode(): Totals {
  const done = start('node', ['--test', '--test-reporter=tap', NODE_TEST]);
  succeed(done, 'the example fails under node:test');
  const total = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(done.stdout)?.[1]);
  return { passed: total('pass'), skipped: total('skipped') };
}

function breakCommit(): void {
  const { file, right, wrong } = BROKEN_COMMIT;
  const source = readFileSync(join(project, file), 'utf8');
  assert.equal(source.split(right).length, 2, `${file} has the line that is to be broken, once: ${right}`);
  writeFileSync(join(project, file), source.replace(right, wrong));
}

function namesGuarantee(done: SpawnSyncReturns<string>, runner: string): void {
  const output = done.stdout + done.stderr;
  assert.notEqual(done.status, 0, `a fold that commits its cursor before the entries passes under ${runner}`);
  assert.match(output, BROKEN_GUARANTEE, `${runner} does not say which guarantee is broken`);
}

function succeed(done: SpawnSyncReturns<string>, complaint: string): void {
  assert.equal(done.status, 0, `${complaint}:\n${done.error?.message ?? ''}${done.stdout}${done.stderr}`);
}

function start(command: string, args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, SLIPSTREAM_TEST_RUNS: PROPERTY_RUNS, NO_COLOR: '1' };
  return spawnSync(command, args, { cwd: project, encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
}
