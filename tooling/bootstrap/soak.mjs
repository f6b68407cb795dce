// npm run soak: sets everything up, then runs the soak. Arguments after `--` are the soak's.
import process from 'node:process';
import { runCommand } from './command.mjs';
import { natsServerStep } from './nats-server-step.mjs';
import { openStep, quietStep } from './steps.mjs';

await runCommand((env) => [
  quietStep('Build', ['pnpm', 'exec', 'turbo', 'run', 'build', '--filter=@slipstream/soak'], env, {
    vital: true,
  }),
  natsServerStep({ without: 'the soak looks for Docker, and fails where there is none' }),
  openStep('Soak', ['node', 'apps/soak/dist/main.js', ...process.argv.slice(2)], env),
]);
