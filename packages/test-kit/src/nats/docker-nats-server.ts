import { randomUUID } from 'node:crypto';
import type { StartedTestContainer } from 'testcontainers';
import { eventually } from '../suite/eventually.js';
import { freePort } from './free-port.js';
import { LogTail } from './log-tail.js';
import { natsConfiguration } from './nats-configuration.js';
import type { NatsServer, NatsServerOptions } from './nats-server.js';
import { readGreeting } from './server-greeting.js';

type Testcontainers = typeof import('testcontainers');

const HOST = '127.0.0.1';
const INSIDE_PORT = 4222;
const CONFIGURATION = '/nats-test.conf';
const STORE = '/data';
const START_TIMEOUT_MS = 60_000;

/** A nats-server in a container, by testcontainers, whose reaper removes the containers of killed tests. */
export class DockerNatsServer implements NatsServer {
  readonly isControllable = true;
  readonly pid: undefined;
  readonly port: number;
  readonly #testcontainers: Testcontainers;
  readonly #container: StartedTestContainer;
  readonly #log: LogTail;
  readonly #startTimeoutMs: number;
  #version = '';

  private constructor(
    testcontainers: Testcontainers,
    container: StartedTestContainer,
    log: LogTail,
    port: number,
    startTimeoutMs: number,
  ) {
    this.#testcontainers = testcontainers;
    this.#container = container;
    this.#log = log;
    this.port = port;
    this.#startTimeoutMs = startTimeoutMs;
  }

  /** Starts a container of `image`. @throws {Error} with the end of its log when it does not come up. */
  static async start(image: string, options: NatsServerOptions): Promise<DockerNatsServer> {
    const { jetstream = true, config, storeDirectory, startTimeoutMs = START_TIMEOUT_MS } = options;
    const testcontainers = await importTestcontainers();
    const { GenericContainer, Wait } = testcontainers;
    // Fixed: Docker gives a container another random port at each restart, and clients would not find it.
    const port = options.port ?? (await freePort());
    const log = new LogTail();
    const content = natsConfiguration({
      host: '0.0.0.0',
      port: INSIDE_PORT,
      storeDirectory: jetstream ? STORE : undefined,
      config,
    });
    const name = `slipstream-nats-${randomUUID()}`;
    const container = new GenericContainer(image)
      .withName(name)
      .withCommand(['-c', CONFIGURATION])
      .withCopyContentToContainer([{ content, target: CONFIGURATION }])
      .withExposedPorts({ container: INSIDE_PORT, host: port })
      .withLogConsumer((stream) => stream.on('data', (chunk) => log.add(String(chunk))))
      // The image may hold nothing but the server, so nothing can be run in it to probe the port.
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
      .withStartupTimeout(startTimeoutMs);
    if (storeDirectory !== undefined) container.withBindMounts([{ source: storeDirectory, target: STORE }]);
    let started: StartedTestContainer;
    try {
      started = await container.start();
    } catch (error) {
      const said = await remains(testcontainers, name).catch(() => log.text);
      throw new Error(`image ${image} did not start; the end of its log:\n${said}`, { cause: error });
    }
    const server = new DockerNatsServer(testcontainers, started, log, port, startTimeoutMs);
    try {
      await server.#untilItAnswers();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `nats://${HOST}:${this.port}`;
  }

  get version(): string {
    return this.#version;
  }

  get logTail(): string {
    return this.#log.text;
  }

  async stop(): Promise<void> {
    await (await this.#handle()).stop();
  }

  async kill(): Promise<void> {
    const handle = await this.#handle();
    await handle.kill({ signal: 'SIGKILL' });
    await handle.wait();
  }

  async restart(): Promise<void> {
    await (await this.#handle()).restart();
    await this.#untilItAnswers();
  }

  async suspend(): Promise<void> {
    await (await this.#handle()).pause();
  }

  async resume(): Promise<void> {
    await (await this.#handle()).unpause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#handle()).remove({ force: true, v: true });
  }

  async #handle() {
    const client = await this.#testcontainers.getContainerRuntimeClient();
    return client.container.getById(this.#container.getId());
  }

  async #untilItAnswers(): Promise<void> {
    const greeting = await eventually(() => readGreeting(HOST, this.port).catch(() => undefined), {
      what: `the container's nats-server to answer on port ${this.port}`,
      deadlineMs: this.#startTimeoutMs,
    });
    this.#version = greeting.version;
  }
}

/** Removes a container that did not come up; what it had logged. A log that is followed can miss its end. */
async function remains({ getContainerRuntimeClient }: Testcontainers, name: string): Promise<string> {
  const { container } = await getContainerRuntimeClient();
  const handle = container.getById(name);
  const log = new LogTail();
  for await (const chunk of await container.logs(handle)) log.add(String(chunk));
  await handle.remove({ force: true, v: true });
  return log.text;
}

async function importTestcontainers(): Promise<Testcontainers> {
  try {
    return await import('testcontainers');
  } catch (error) {
    throw new Error('a nats-server in a container needs the package testcontainers installed', {
      cause: error,
    });
  }
}
