// npm start: sets everything up, then runs the demo. Arguments after `--` are the demo's.
import process from 'node:process';
import { runCommand } from './command.mjs';
import { natsServerStep } from './nats-server-step.mjs';
import { openStep, quietStep } from './steps.mjs';

await runCommand((env) => [
  quietStep('Build', ['pnpm', 'exec', 'turbo', 'run', 'build', '--filter=@slipstream/demo'], env, {
    vital: true,
  }),
  natsServerStep({ without: 'the demo looks for Docker, or does with a source in memory' }),
  openStep('Demo', ['node', 'apps/demo/dist/main.js', ...process.argv.slice(2)], env),
]);
