import { createServer, type Server, type Socket } from 'node:net';

/** What a {@link FakeServer} says. */
export interface FakeServerOptions {
  /** The version it greets with; absent: it accepts connections and never says a word. */
  readonly version?: string;
}

/** As much of a nats-server as it takes to connect to: for versions and silences that no real one offers. */
export class FakeServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ version }: FakeServerOptions): Promise<FakeServer> {
    const server = createServer();
    const fake = new FakeServer(server);
    server.on('connection', (socket) => {
      fake.#sockets.add(socket);
      socket.on('close', () => fake.#sockets.delete(socket));
      socket.on('error', () => undefined);
      socket.resume();
      if (version === undefined) return;
      const info = {
        server_id: 'F',
        version,
        proto: 1,
        headers: true,
        max_payload: 1_048_576,
        jetstream: true,
      };
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      socket.on('data', (data) => {
        if (data.includes('PING')) socket.write('PONG\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the fake server does not listen');
    return `127.0.0.1:${address.port}`;
  }

  /** Connections that are not closed. */
  get open(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
