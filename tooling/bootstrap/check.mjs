// npm run check: sets everything up, then runs every check but the tests.
import { checkSteps } from './checks.mjs';
import { runCommand } from './command.mjs';

await runCommand(checkSteps);
