import type { NatsServer, NatsServerOptions } from './nats-server.js';
import { readGreeting } from './server-greeting.js';

const DEFAULT_PORT = 4222;

/** A server that runs elsewhere: it is only looked at. */
export class ExternalNatsServer implements NatsServer {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly pid: undefined;
  readonly isControllable = false;
  readonly logTail = '';

  private constructor(url: string, port: number, version: string) {
    this.url = url;
    this.port = port;
    this.version = version;
  }

  /** @throws {Error} when the options ask for what only an own server can give, or when it does not answer. */
  static async attach(url: string, options: NatsServerOptions): Promise<ExternalNatsServer> {
    for (const option of ['config', 'storeDirectory', 'port'] as const) {
      if (options[option] !== undefined) throw new Error(`${url} runs already, and takes no ${option}`);
    }
    const { hostname, port } = new URL(url);
    const number = port === '' ? DEFAULT_PORT : Number(port);
    const { version } = await readGreeting(hostname, number);
    return new ExternalNatsServer(url, number, version);
  }

  stop(): Promise<void> {
    return this.#refuse('stopped');
  }

  kill(): Promise<void> {
    return this.#refuse('killed');
  }

  restart(): Promise<void> {
    return this.#refuse('restarted');
  }

  suspend(): Promise<void> {
    return this.#refuse('suspended');
  }

  resume(): Promise<void> {
    return this.#refuse('resumed');
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #refuse(what: string): Promise<never> {
    throw new Error(`${this.url} runs elsewhere, and cannot be ${what} by a test`);
  }
}
