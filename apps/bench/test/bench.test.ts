import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@slipstream/test-kit';
import { resolveNatsServer } from '@slipstream/test-kit/nats';
import { describe, expect, test } from 'vitest';
import type { FigureResult } from '../src/results/figure-result.js';
import { fixedResults } from './support/fixed-results.js';

const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const DEADLINE_MS = 240_000;
const server = resolveNatsServer();
const needsServer = server.kind === 'none' ? ` (skipped: ${server.reason})` : '';

/** Runs the bench from source, as a user does. */
async function bench(...args: string[]): Promise<{ code: number | null; output: string }> {
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

describe.skipIf(server.kind === 'none')(`a run${needsServer}`, () => {
  // What of the figures is counted is checked, and no time: those of this few entries mean nothing.
  test(
    'has both sides do the same work, all of it, and writes down everything that one has to know',
    async () => {
      await using directory = await temporaryDirectory();
      const file = join(directory.path, 'results.json');
      const size = ['--entries', '500', '--runs', '2'];
      const { code, output } = await bench('--only', 'hydrate/memory', ...size, '--json', file);
      expect(code, output).toBe(0);
      expect(output).toMatch(/^hydrate\/memory +[\d ]+/m);
      const results = JSON.parse(await readFile(file, 'utf8')) as FigureResult[];
      expect(results.map(({ name }) => name)).toEqual(['hydrate/memory', 'hydrate/memory/cpu']);
      for (const result of results) {
        expect(result).toMatchObject({
          work: 500,
          entries: 500,
          bytes: 500 * 260,
          runs: 2,
          isFullSize: false,
          peerName: 'kv.watch() into a Map',
          cores: expect.any(Number),
          versions: { node: process.versions.node, 'nats-server': expect.stringMatching(/^\d+\.\d+/) },
        });
        for (const field of ['ours', 'peer', 'ratio'] as const) expect(result[field]).toBeGreaterThan(0);
      }
    },
    DEADLINE_MS + 10_000,
  );

  test(
    'measures every part of a disk fold: arranged, imported, exported under load',
    async () => {
      const only = [
        'bootstrap/log/portable',
        'resume/log',
        'stall/log/export',
        'server-limit',
        'scale/prefixes/10',
      ];
      const named = only.flatMap((name) => ['--only', name]);
      const { code, output } = await bench(...named, '--entries', '300', '--runs', '1');
      expect(code, output).toBe(0);
      for (const name of only) expect(output).toContain(name);
    },
    DEADLINE_MS + 10_000,
  );
});

test('results can be drawn and written down again without measuring', async () => {
  await using directory = await temporaryDirectory();
  const [json, report, plots] = ['results.json', 'report.md', 'plots'].map((name) =>
    join(directory.path, name),
  );
  await writeFile(json as string, JSON.stringify(fixedResults));
  await writeFile(
    report as string,
    '<!-- results: begin; written by `npm run bench -- --report` -->\n<!-- results: end -->\n',
  );
  const { code, output } = await bench('--from', `${json}`, '--plot', `${plots}`, '--report', `${report}`);
  expect(code, output).toBe(0);
  expect(await readdir(plots as string)).toEqual(['hydrate.svg', 'stall.svg']);
  expect(await readFile(report as string, 'utf8')).toContain('![stall](plots/stall.svg)');
});

test('help is printed, and a wrong option is named', async () => {
  expect(await bench('--help')).toMatchObject({ code: 0, output: expect.stringContaining('--entries') });
  expect(await bench('--list')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^apply\/lmdb\/catch-up +≥ 1.8 ×$/m),
  });
  expect(await bench('--runs', 'many')).toMatchObject({ code: 2, output: expect.stringContaining('many') });
});
