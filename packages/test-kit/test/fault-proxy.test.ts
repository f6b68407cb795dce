import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../src/nats/index.js';
import { eventually } from '../src/suite/eventually.js';

/** A server that echoes what it receives, and a client of the proxy. */
let echo: Server;
let proxy: FaultProxy;
const peers = new Set<Socket>();

beforeEach(async () => {
  echo = createServer((socket) => {
    peers.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => peers.delete(socket));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await startFaultProxy({ target: `nats://127.0.0.1:${address.port}` });
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const socket of peers) socket.destroy();
  await new Promise((resolve) => echo.close(resolve));
});

class Client {
  readonly socket: Socket;
  text = '';
  isClosed = false;

  constructor() {
    this.socket = connect({ host: '127.0.0.1', port: proxy.port });
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  async received(text: string): Promise<void> {
    await eventually(() => this.text === text, { what: `${text.length} characters to come back` });
  }

  async closed(): Promise<void> {
    await eventually(() => this.isClosed, { what: 'the connection to close' });
  }
}

async function connected(): Promise<Client> {
  const client = new Client();
  client.socket.write('hello');
  await client.received('hello');
  return client;
}

test('passes bytes both ways, and a close on to the other side', async () => {
  const client = await connected();
  expect(proxy.connections).toBe(1);
  client.socket.destroy();
  await eventually(() => peers.size === 0 && proxy.connections === 0, { what: 'the peer to be closed' });
});

test('cut resets what is open and takes new connections', async () => {
  const client = await connected();
  proxy.cut();
  await client.closed();
  await connected();
});

test('refuse takes no connection until it heals, on the same port', async () => {
  const client = await connected();
  const { port } = proxy;
  await proxy.refuse();
  await client.closed();
  await new Client().closed();
  await proxy.heal();
  expect(proxy.port).toBe(port);
  await connected();
});

test('a black hole holds everything back, closes nothing, and loses nothing', async () => {
  const client = await connected();
  proxy.blackHole();
  client.socket.write(' world');
  const second = new Client();
  second.socket.write('x');
  await eventually(() => peers.size === 2, { what: 'the second connection to be made' });
  expect([client.text, second.text, client.isClosed, second.isClosed]).toEqual(['hello', '', false, false]);
  for (const peer of peers) peer.destroy();
  await eventually(() => peers.size === 0, { what: 'the server to hang up' });
  expect([client.isClosed, second.isClosed]).toEqual([false, false]);
  await proxy.heal();
  await Promise.all([client.closed(), second.closed()]);
});

test('what was sent into a black hole arrives when it heals', async () => {
  const client = await connected();
  proxy.blackHole();
  client.socket.write(' world');
  await proxy.heal();
  await client.received('hello world');
});

test('delay and throttle make the line slow, and heal makes it fast again', async () => {
  const client = await connected();
  proxy.delay(60);
  const begin = performance.now();
  client.socket.write('1');
  await client.received('hello1');
  expect(performance.now() - begin).toBeGreaterThanOrEqual(115);
  await proxy.heal();
  proxy.throttle(10_000);
  const throttled = performance.now();
  client.socket.write('x'.repeat(1_000));
  await client.received(`hello1${'x'.repeat(1_000)}`);
  expect(performance.now() - throttled).toBeGreaterThanOrEqual(190);
  proxy.throttle(1);
  client.socket.write('slow');
  await proxy.heal();
  await client.received(`hello1${'x'.repeat(1_000)}slow`);
});

test('truncate ends the connection in the middle of what is sent', async () => {
  const client = await connected();
  proxy.truncateAfter(3);
  client.socket.write(' world');
  await client.closed();
  expect(client.text).toBe('hello wo');
});

test.each(['healthy', 'refusing'])(
  'disposed while %s, it stays closed whatever heals it later',
  async (state) => {
    if (state === 'refusing') await proxy.refuse();
    await proxy[Symbol.asyncDispose]();
    await proxy.heal();
    await expect(
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: proxy.port });
        socket.once('connect', () => resolve(socket.destroy()));
        socket.once('error', reject);
      }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  },
);
