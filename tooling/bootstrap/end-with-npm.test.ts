import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const module = JSON.stringify(new URL('end-with-npm.mjs', import.meta.url).href);
const script = `
  import { endWithNpm } from ${module};
  endWithNpm(10);
  process.on('SIGTERM', () => { console.log('told to end'); process.exit(); });
  setTimeout(() => {}, 60_000);
  console.log('ready');
`;

test('a command whose shell npm has ended is told to end, too', async () => {
  // What follows keeps the shell from making way for the command.
  const shell = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (text.includes('ready')) shell.kill('SIGTERM');
  });
  await once(shell.stdout, 'end');
  expect(output).toBe('ready\ntold to end\n');
});
