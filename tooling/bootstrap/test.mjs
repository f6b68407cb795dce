// npm test: sets everything up, then runs every check and every test.
//
//   npm test                     all of it
//   npm test -- packages/log     only the tests that vitest selects by these arguments, without the checks
import process from 'node:process';
import { checkSteps } from './checks.mjs';
import { runCommand } from './command.mjs';
import { natsServerStep } from './nats-server-step.mjs';
import { openStep } from './steps.mjs';

const selection = process.argv.slice(2);

await runCommand((env) => [
  ...(selection.length === 0 ? checkSteps(env) : []),
  natsServerStep({
    without: 'the tests that need one look for Docker, or are skipped',
    // It would go unnoticed there.
    required: Boolean(process.env['CI']),
  }),
  openStep('Tests', ['pnpm', 'exec', 'vitest', 'run', ...selection], env),
]);
