import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type NatsServerOptions, resolveNatsServer, startNatsServer } from '../src/nats/index.js';
import { eventually } from '../src/suite/eventually.js';
import { temporaryDirectory } from '../src/suite/temporary-directory.js';

const source = resolveNatsServer();
const withServer = test.skipIf(source.kind !== 'binary');

async function start(options: NatsServerOptions = {}) {
  const server = await startNatsServer({ source, ...options });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The first bytes that come back on a new connection within `ms`. */
function probe(port: number, ms: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ms, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('data', (data) => end(String(data)));
  });
}

withServer('a server answers on a loopback port of its own, with JetStream', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.port).not.toBe(two.port);
  expect(one.url).toBe(`nats://127.0.0.1:${one.port}`);
  expect(one.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(await probe(one.port, 1_000)).toContain('"jetstream":true');
});

withServer('without JetStream, and with its own configuration', async () => {
  const server = await start({ jetstream: false, config: 'server_name: "probe-me"' });
  const greeting = await probe(server.port, 1_000);
  expect(greeting).not.toContain('"jetstream":true');
  expect(greeting).toContain('probe-me');
});

withServer('a killed server comes back on its port with its data', async () => {
  const store = await temporaryDirectory();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const server = await start({ storeDirectory: store.path });
  const { port, pid } = server;
  expect(pid).toBeDefined();
  await server.kill();
  expect(server.pid).toBeUndefined();
  expect(isAlive(Number(pid))).toBe(false);
  expect(await probe(port, 200)).toBeUndefined();
  await server.restart();
  expect(server.port).toBe(port);
  expect(server.pid).not.toBe(pid);
  expect(await probe(port, 1_000)).toContain('INFO');
  expect(existsSync(`${store.path}/jetstream`)).toBe(true);
});

withServer('a suspended server accepts connections and says nothing until it is resumed', async () => {
  const server = await start();
  await server.suspend();
  expect(await probe(server.port, 200)).toBeUndefined();
  await server.resume();
  expect(await probe(server.port, 2_000)).toContain('INFO');
  await server.suspend();
  await server.stop();
  expect(server.pid).toBeUndefined();
});

withServer('a server that cannot start fails with the end of its log', async () => {
  await expect(startNatsServer({ source, config: 'no_such_option_at_all {' })).rejects.toThrow(
    /the end of its log:\s.*Parse error/,
  );
  const other = await start();
  await expect(startNatsServer({ source, port: other.port, startTimeoutMs: 5_000 })).rejects.toThrow(
    /address already in use/,
  );
});

withServer('disposing leaves neither process nor data behind', async () => {
  const server = await startNatsServer({ source });
  const pid = Number(server.pid);
  await server[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
  await server[Symbol.asyncDispose]();
});

withServer('when the process that started it is killed, server and data go', async () => {
  const loader = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
  const program = fileURLToPath(new URL('fixtures/start-nats-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@slipstream/source', '--import', loader, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const { pid, folder } = await eventually(
    () => output.includes('\n') && (JSON.parse(output) as { pid: number; folder: string }),
    { what: 'the child to start its server' },
  );
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await eventually(() => !isAlive(pid) && !existsSync(folder), { what: 'server and data to go' });
});

test('a server that runs elsewhere is only looked at', async () => {
  await expect(
    startNatsServer({ source: { kind: 'url', url: 'nats://127.0.0.1:4222' }, config: 'x: 1' }),
  ).rejects.toThrow(/takes no config/);
});

withServer('a server given by its URL cannot be controlled', async () => {
  const own = await start();
  const server = await startNatsServer({ source: { kind: 'url', url: own.url } });
  expect(server.version).toBe(own.version);
  expect(server.isControllable).toBe(false);
  for (const operation of ['stop', 'kill', 'restart', 'suspend', 'resume'] as const) {
    await expect(server[operation]()).rejects.toThrow(/elsewhere/);
  }
});

test('none to start is an error with the reason', async () => {
  await expect(startNatsServer({ source: { kind: 'none', reason: 'none here' } })).rejects.toThrow(
    'none here',
  );
});
