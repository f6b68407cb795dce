import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
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

describe('a signal', () => {
  test('ends the command first, and then the process that ran it', async () => {
    const { output, code } = await terminate('trap "echo ended; exit 1" TERM');
    expect(output).toBe('ready\nended\n');
    expect(code).toBe(143);
  });

  test('on which the command ends well does not end this process', async () => {
    const { output, code } = await terminate('trap "echo ended; exit 0" TERM');
    expect(output).toBe('ready\nended\ncode 0\n');
    expect(code).toBe(0);
  });

  test('ends the process that needs the result of the command, although the command reports success', async () => {
    const { output, code } = await terminate('trap "echo ended; exit 0" TERM', 'onLine: console.log');
    expect(output).toBe('ready\nended\n');
    expect(code).toBe(143);
  });
});

/** Sends SIGTERM to a process that runs a shell which has prepared itself for it. */
async function terminate(
  preparation: string,
  options = '',
): Promise<{ output: string; code: number | null }> {
  const script = `
    import { run } from ${JSON.stringify(new URL('processes.mjs', import.meta.url).href)};
    const code = await run('sh', ['-c', ${JSON.stringify(`${preparation}; echo ready; for turn in $(seq 400); do sleep 0.05; done`)}], { ${options} });
    console.log('code', code);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (text.includes('ready')) parent.kill('SIGTERM');
  });
  const [code] = (await once(parent, 'close')) as [number | null];
  return { output, code };
}
