// What the commands of this folder have in common: set up, do the steps, say how it went.
import process from 'node:process';
import { endWithNpm } from './end-with-npm.mjs';
import { setUp } from './set-up.mjs';
import { exitCodeOf, runSteps, stopwatch } from './steps.mjs';

/**
 * @param {(env: () => NodeJS.ProcessEnv) => import('./steps.mjs').Step[]} stepsWith makes the command's own
 *   steps, which find the right Node.js and pnpm in the environment that `env` returns
 */
export async function runCommand(stepsWith) {
  endWithNpm();
  const elapsed = stopwatch();
  const { steps, env } = setUp();
  const all = [...steps, ...stepsWith(env)];
  const failed = await runSteps(all);
  if (failed.length === 0) {
    console.log(`All ${all.length} steps are done, in ${elapsed()}.`);
  } else {
    console.log(`FAILED: ${failed.map(({ step }) => step.title).join(', ')}. After ${elapsed()}.`);
    process.exitCode = exitCodeOf(failed);
  }
}
