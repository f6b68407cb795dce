// npm start: sets everything up, then runs the demo. Arguments after `--` are the demo's.
import process from 'node:process';
import { runCommand } from './command.mjs';
import { openStep, quietStep } from './steps.mjs';

await runCommand((env) => [
  quietStep('Build', ['pnpm', 'exec', 'turbo', 'run', 'build', '--filter=@slipstream/demo'], env, {
    vital: true,
  }),
  openStep('Demo', ['node', 'apps/demo/dist/main.js', ...process.argv.slice(2)], env),
]);
