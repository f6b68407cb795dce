import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { resolveNatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DemoProgram, isRunning } from './demo-program.js';

const SMALL = ['--plain', '--nodes', '2', '--routes', '300', '--changes', '60', '--rate', '600'];
const DEADLINE_MS = 90_000;
const server = resolveNatsServer();
const needsServer = server.kind === 'none' ? ` (skipped: ${server.reason})` : '';

let temporary = '';
let demo: DemoProgram | undefined;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'slipstream-demo-test-'));
});
afterEach(async () => {
  demo?.child.kill('SIGKILL');
  await demo?.ended;
  demo = undefined;
  await rm(temporary, { recursive: true, force: true });
});

function start(...args: string[]): DemoProgram {
  demo = new DemoProgram([...SMALL, ...args], temporary);
  return demo;
}

/** Resolves when the demo has printed `text`. */
async function untilPrinted(program: DemoProgram, text: string): Promise<void> {
  await vi.waitFor(() => expect(program.output).toContain(text), { timeout: DEADLINE_MS, interval: 20 });
}

/** The streams of a server, buckets among them. */
async function streamsOf(url: string): Promise<readonly string[]> {
  const connection = await connect({ servers: url });
  try {
    const reply = await connection.request('$JS.API.STREAM.NAMES');
    return reply.json<{ readonly streams: readonly string[] | null }>().streams ?? [];
  } finally {
    await connection.close();
  }
}

/** A node that began with what it held has to be delivered at least this much, and nothing that it held. */
interface ExpectedDelta {
  readonly node: string;
  /** The revision, as it was printed. */
  readonly held: string | undefined;
  readonly least: number;
}

function expectDelta(output: string, { node, held, least }: ExpectedDelta): void {
  const claims = new RegExp(
    `${node} was delivered (\\d+) updates since its start; .* lie (\\d+),.*\n` +
      '.*the first and lowest of them is revision ([\\d,]+)',
  );
  const [, delivered, due, lowest] = claims.exec(output) ?? [];
  expect(Number(delivered)).toBeGreaterThanOrEqual(least);
  expect(delivered).toBe(due);
  expect(revisionOf(lowest)).toBeGreaterThan(revisionOf(held));
}

function revisionOf(printed: string | undefined): number {
  return Number(printed?.replaceAll(',', ''));
}

/** What every run has to print, whatever its source is. */
function expectProof(output: string): void {
  const [, held] = /node-2, killed .* its fold at revision ([\d,]+)/.exec(output) ?? [];
  expectDelta(output, { node: 'node-2', held, least: 60 });
  const [, exported] = /node-1 exported .* its cursor, revision ([\d,]+)/.exec(output) ?? [];
  const [, begun] = /node-3, new and on sqlite, .* node on log: at revision ([\d,]+)/.exec(output) ?? [];
  expect(begun).toBe(exported);
  expectDelta(output, { node: 'node-3', held: begun, least: 30 });
  expect(output).toContain('30 changes were made, and delivered were 30 (each of 3 nodes)');
  expect(output).toContain('3 folds, the bucket and the ledger are the same');
  expect(output).toContain('The proof holds');
  expect(output).not.toContain('✖');
}

describe.skipIf(server.kind === 'none')(`on a real server${needsServer}`, () => {
  test('a run proves that only the delta travels, by its own count and the server’s', {
    timeout: DEADLINE_MS,
  }, async () => {
    const program = start();
    expect(await program.exitCode(), program.output).toBe(0);
    expectProof(program.output);
    expect(program.output).toMatch(/nats-server \d+\.\d+\.\d+ /);
    expect(program.output).toMatch(/the server counts the same: \d+ messages delivered to node-2/);
    expect(program.output).toMatch(/the server counts the same: \d+ messages delivered to node-3/);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('a server that runs already is cut off, not stopped, and is left without the bucket', {
    timeout: DEADLINE_MS,
  }, async () => {
    await using running = await startNatsServer();
    const program = start('--nats', running.url);
    expect(await program.exitCode(), program.output).toBe(0);
    expectProof(program.output);
    expect(program.output).toContain('all connections to nats-server are cut');
    expect(await readdir(temporary)).toEqual([]);
    expect(await streamsOf(running.url)).toEqual([]);
  });
});

describe('without a server', () => {
  test('a run proves the same on the embedded bucket, and says what it does not show', {
    timeout: DEADLINE_MS,
  }, async () => {
    const program = start('--memory');
    expect(await program.exitCode(), program.output).toBe(0);
    expectProof(program.output);
    expect(program.output).toContain('neither NATS nor its adapter');
    expect(await readdir(temporary)).toEqual([]);
  });

  test('--data keeps the folds and the artifact', { timeout: DEADLINE_MS }, async () => {
    const folder = join(temporary, 'kept');
    const program = start('--memory', '--data', folder);
    expect(await program.exitCode(), program.output).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['artifact', 'node-1', 'node-2', 'node-3']);
  });

  test('an interrupt ends every process and removes the temporary data', {
    timeout: DEADLINE_MS,
  }, async () => {
    const program = start('--memory');
    await untilPrinted(program, 'Writers churn');
    const nodes = program.nodeProcesses;
    expect(nodes).toHaveLength(2);
    program.child.kill('SIGINT');
    expect(await program.exitCode()).toBe(130);
    expect(nodes.filter(isRunning)).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('a reader that goes away ends the run in order', { timeout: DEADLINE_MS }, async () => {
    const program = start('--memory');
    await untilPrinted(program, 'A fleet');
    program.child.stdout?.destroy();
    expect(await program.exitCode()).toBe(141);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('nodes do not outlive a demo that is killed', { timeout: DEADLINE_MS }, async () => {
    const program = start('--memory');
    await untilPrinted(program, 'Writers churn');
    const nodes = program.nodeProcesses;
    expect(nodes.filter(isRunning)).toHaveLength(2);
    program.child.kill('SIGKILL');
    await program.ended;
    await vi.waitFor(() => expect(nodes.filter(isRunning)).toEqual([]), {
      timeout: DEADLINE_MS,
      interval: 20,
    });
  });

  test('a wrong option is refused with exit code 2', async () => {
    const program = start('--nodes', 'many');
    expect(await program.exitCode()).toBe(2);
    expect(program.output).toBe('demo: --nodes is many, not a whole number from 1 to 16\nTry --help.\n');
  });

  test('a server that is not there fails the run with its name', { timeout: DEADLINE_MS }, async () => {
    const program = start('--nats', 'nats://127.0.0.1:1');
    expect(await program.exitCode()).toBe(1);
    expect(program.output).toContain('FAILED: the nats-server at 127.0.0.1:1 cannot be used');
    expect(await readdir(temporary)).toEqual([]);
  });
});
