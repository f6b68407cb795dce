// The steps that every command of this repository begins with.
import process from 'node:process';
import { run } from './processes.mjs';
import { prepareToolchain } from './toolchain.mjs';

/** Without a network, pnpm says this many times over for each of hundreds of packages. Its error says it once. */
const RETRY = /^\[WARN\] GET |^Will retry in /;

/**
 * @typedef {object} SetUp
 * @property {import('./steps.mjs').Step[]} steps
 * @property {() => NodeJS.ProcessEnv} env the environment that the steps have prepared
 */

/** @returns {SetUp} */
export function setUp() {
  let env = process.env;
  return {
    env: () => env,
    steps: [
      {
        title: 'Node.js and pnpm',
        vital: true,
        act: async ({ say }) => {
          const toolchain = await prepareToolchain(say);
          env = plainUnlessSeen(toolchain.env);
          say(toolchain.summary);
          return 0;
        },
      },
      {
        title: 'Install the dependencies',
        vital: true,
        act: ({ keep }) =>
          run('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only'], {
            env,
            onLine: (line) => RETRY.test(line) || keep(line),
          }),
      },
    ],
  };
}

/**
 * Some tools colour what they write even when it goes into a file.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function plainUnlessSeen(env) {
  return process.stdout.isTTY || env['FORCE_COLOR'] !== undefined ? env : { NO_COLOR: '1', ...env };
}
