import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Resource } from '@slipstream/core';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 4222;

/** A TCP connection to a server that can be cut and restored. */
export class Cable implements Resource {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = this.#newServer();
  }

  /** @param url - The server's, such as `nats://host:4222`. */
  static async open(url: string): Promise<Cable> {
    const cable = new Cable(new URL(url));
    await cable.#listen();
    return cable;
  }

  /** The server's URL by way of this cable, with its credentials. */
  get url(): string {
    const { protocol, username, password } = this.#target;
    const credentials = username === '' ? '' : `${username}${password === '' ? '' : `:${password}`}@`;
    return `${protocol}//${credentials}${HOST}:${this.#port}`;
  }

  /** Cuts every connection; new ones are refused. */
  async cut(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  /** Takes connections again, on the same port. */
  async restore(): Promise<void> {
    this.#server = this.#newServer();
    await this.#listen();
  }

  close(): Promise<void> {
    return this.cut();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #newServer(): Server {
    return createServer((near) => this.#join(near));
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, HOST);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #join(near: Socket): void {
    const { hostname, port } = this.#target;
    const far = connect(port === '' ? DEFAULT_PORT : Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      // Either end takes the other with it, whatever it ended of.
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
