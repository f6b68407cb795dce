import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { run } from './processes.mjs';

const shell = async (script: string, onLine: (line: string) => void = () => {}) =>
  run('sh', ['-c', script], { onLine });

test("a command's exit code is passed on", async () => {
  expect(await shell('exit 3')).toBe(3);
});

test('a command that cannot be started has the code 127 and says why', async () => {
  const lines: string[] = [];
  expect(await run('/no/such/command', [], { onLine: (line) => lines.push(line) })).toBe(127);
  expect(lines.join()).toContain('ENOENT');
});

test('a command that a signal ended has the code that a shell gives it', async () => {
  expect(await shell('kill -TERM $$')).toBe(143);
});

test('what a command prints is handed over by the line, the unfinished last one too', async () => {
  const lines: string[] = [];
  await shell('printf "one\\ntw"; sleep 0.05; printf "o\\nthree"', (line) => lines.push(line));
  expect(lines).toEqual(['one', 'two', 'three']);
});

test('a command is ended by its signal', async () => {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(50);
  expect(await run('sleep', ['20'], { signal, onLine: (line) => lines.push(line) })).toBe(127);
  expect(lines.join()).toContain('timeout');
});

test('a signal ends the command first, and then, in the same way, the one who ran it', async () => {
  const script = `
    import { run } from ${JSON.stringify(new URL('processes.mjs', import.meta.url).href)};
    await run('sh', ['-c', 'trap "echo ended; exit 143" TERM; echo ready; while :; do sleep 0.05; done']);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (text.includes('ready')) parent.kill('SIGTERM');
  });
  const [, signal] = (await once(parent, 'close')) as [number | null, NodeJS.Signals | null];
  expect(output).toBe('ready\nended\n');
  expect(signal).toBe('SIGTERM');
});
