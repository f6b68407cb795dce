// The checks besides the tests.
import { quietStep } from './steps.mjs';

/** The title of each, and its script in package.json. */
const CHECKS = /** @type {const} */ ([
  ['Lint and format', 'lint'],
  ['Structure', 'structure'],
  ['Build', 'build'],
  ['Types', 'typecheck'],
  ['Unused code and dependencies', 'knip'],
  ['Packages, as they are published', 'check:packages'],
  ['API reports', 'api:check'],
]);

/**
 * @param {() => NodeJS.ProcessEnv} env
 * @returns {import('./steps.mjs').Step[]}
 */
export function checkSteps(env) {
  return CHECKS.map(([title, script]) => quietStep(title, ['pnpm', 'run', script], env));
}
