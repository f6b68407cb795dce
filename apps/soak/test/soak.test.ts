import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resolveNatsServer } from '@slipstream/test-kit/nats';
import { describe, expect, test } from 'vitest';

const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const DEADLINE_MS = 300_000;
/** Of a failed run, the end says what was broken. */
const SHOWN_OUTPUT = 6_000;
const server = resolveNatsServer();
const needsServer = server.kind === 'none' ? ` (skipped: ${server.reason})` : '';

/** Runs the soak from source, as a user does. */
async function soak(...args: string[]): Promise<{ code: number | null; output: string }> {
  const flags = ['--conditions=@slipstream/source', '--import', LOADER];
  const child = spawn(process.execPath, [...flags, PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const overdue = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(overdue);
  return { code, output };
}

describe.skipIf(server.kind === 'none')(`a soak${needsServer}`, () => {
  test(
    'of a few seconds loses nothing, and says what it did',
    async () => {
      const { code, output } = await soak('--minutes', '0.25', '--seed', '7');
      expect(code, output.slice(-SHOWN_OUTPUT)).toBe(0);
      expect(output).toContain('seed 7');
      expect(output).toMatch(/node killed \d+/);
      expect(output).toMatch(/checkpoints [1-9]\d*, .*folds compared with their bucket [1-9]\d*/);
      expect(output).toMatch(/opened folds compared with what was written [1-9]\d*/);
    },
    DEADLINE_MS + 10_000,
  );
});

test('help is printed, and a wrong option is named', async () => {
  expect(await soak('--help')).toMatchObject({ code: 0, output: expect.stringContaining('--minutes') });
  expect(await soak('--minutes', 'ten')).toMatchObject({ code: 2, output: expect.stringContaining('ten') });
});
