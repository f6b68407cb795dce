import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { getContainerRuntimeClient } from 'testcontainers';
import { expect, onTestFinished, test } from 'vitest';
import { resolveNatsServer, startNatsServer } from '../src/nats/index.js';

const source = resolveNatsServer();
const image = source.kind === 'docker' ? source.image : 'nats:latest';
const obstacle = await whyNoDocker();
const withDocker = test.skipIf(obstacle !== undefined);
const note = obstacle === undefined ? '' : ` (skipped: ${obstacle})`;

async function whyNoDocker(): Promise<string | undefined> {
  try {
    const client = await getContainerRuntimeClient();
    // Asked for by SLIPSTREAM_NATS, an image is pulled; otherwise it is used if it is there.
    if (source.kind === 'docker') return undefined;
    const images = await client.container.dockerode.listImages({ filters: { reference: [image] } });
    return images.length > 0 ? undefined : `the image ${image} is not there`;
  } catch {
    return 'no Docker daemon can be reached';
  }
}

/** What a server says on a new connection to `PING`, or `undefined` when it says nothing within `ms`. */
function ping(port: number, ms: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ms, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('data', (data) => {
      text += String(data);
      if (text.includes('PONG')) end(text);
    });
    socket.write('CONNECT {"verbose":false}\r\nPING\r\n');
  });
}

withDocker(
  `a server in a container answers, dies, comes back on its port, freezes and goes${note}`,
  async () => {
    const name = `probe-${randomUUID()}`;
    const server = await startNatsServer({
      source: { kind: 'docker', image },
      config: `server_name: "${name}"`,
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const { port, url } = server;
    expect(server.version).toMatch(/^\d+\.\d+\.\d+/);
    const answer = await ping(port, 2_000);
    expect(answer).toContain(name);
    expect(answer).toContain('"jetstream":true');

    await server.kill();
    expect(await ping(port, 500)).toBeUndefined();
    await server.restart();
    expect(server.url).toBe(url);
    expect(await ping(port, 2_000)).toContain(name);

    await server.suspend();
    expect(await ping(port, 500)).toBeUndefined();
    await server.resume();
    expect(await ping(port, 2_000)).toContain(name);

    await server.stop();
    expect(await ping(port, 500)).toBeUndefined();
  },
);

withDocker(`a container that cannot start fails with the end of its log${note}`, async () => {
  await expect(
    startNatsServer({ source: { kind: 'docker', image }, config: 'broken {', startTimeoutMs: 10_000 }),
  ).rejects.toThrow(/the end of its log:\s.*Parse error/);
});
