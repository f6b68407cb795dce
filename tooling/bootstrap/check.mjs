// npm run check: sets everything up, then runs every check except the tests.
import process from 'node:process';
import { checkSteps } from './checks.mjs';
import { runCommand } from './command.mjs';

if (process.argv.length > 2) {
  console.error(`npm run check takes no arguments, but got: ${process.argv.slice(2).join(' ')}`);
  process.exitCode = 2;
} else {
  await runCommand(checkSteps);
}
