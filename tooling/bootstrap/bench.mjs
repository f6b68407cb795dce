// npm run bench: sets everything up, then runs the bench. Arguments after `--` are the bench's.
import process from 'node:process';
import { runCommand } from './command.mjs';
import { natsServerStep } from './nats-server-step.mjs';
import { openStep, quietStep } from './steps.mjs';

await runCommand((env) => [
  quietStep('Build', ['pnpm', 'exec', 'turbo', 'run', 'build', '--filter=@slipstream/bench'], env, {
    vital: true,
  }),
  natsServerStep({ without: 'the bench looks for Docker, and fails where there is none' }),
  openStep('Bench', ['node', 'apps/bench/dist/main.js', ...process.argv.slice(2)], env),
]);
