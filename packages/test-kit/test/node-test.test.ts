import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { kvStoreSuite, planSuite, snapshotStoreSuite, type TestRunner } from '../src/index.js';
import { referenceHarness } from './fixtures/reference-harness.js';
import { scratchHarness } from './fixtures/scratch-harness.js';

const run = promisify(execFile);
const loader = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
const program = fileURLToPath(new URL('fixtures/node-test-suites.ts', import.meta.url));

/** What a run of the suites has to come to: as many as there are cases that apply, and the others skipped. */
function planned() {
  const cases = [
    ...planSuite(snapshotStoreSuite, scratchHarness),
    ...planSuite(kvStoreSuite, referenceHarness),
  ];
  const skipped = cases.filter((each) => each.skipped !== undefined).length;
  return { passed: cases.length - skipped, failed: 0, skipped };
}

test('under node:test the suites run and skip exactly what they do under vitest, and pass', async () => {
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@slipstream/source', '--import', loader, '--test-reporter=tap', program],
    { maxBuffer: 1 << 24 },
  );
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
  expect({ passed: count('pass'), failed: count('fail'), skipped: count('skipped') }).toEqual(planned());
  expect(planned().passed).toBeGreaterThan(100);
  expect(stdout).toMatch(/\(skipped: the harness names no files\)/);
}, 120_000);

test('vitest’s functions are a runner, and so are node:test’s', async () => {
  const nodeTest = await import('node:test');
  const runners: readonly TestRunner[] = [await import('vitest'), nodeTest];
  for (const runner of runners) expect(typeof runner.test.skip).toBe('function');
});
