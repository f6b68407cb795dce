import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a server that counts what passes. */
export interface CountingWire extends AsyncDisposable {
  readonly url: string;
  /** Bytes that the server sent. */
  readonly bytesDown: number;
  /** Bytes that the client sent. */
  readonly bytesUp: number;
  /** Messages that the client sent: requests, answers to flow control. */
  readonly messagesUp: number;
  /** Begins at 0 again. */
  reset(): void;
}

const HOST = '127.0.0.1';
/** What a message of the client begins with, on a line of its own. */
const PUBLISH = /(?:^|\r\n)H?PUB /g;

/** Opens a line to a server. */
export async function openCountingWire(target: string): Promise<CountingWire> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let bytesUp = 0;
  let bytesDown = 0;
  let messagesUp = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (piece: Buffer) => {
      bytesUp += piece.length;
      messagesUp += piece.toString('latin1').match(PUBLISH)?.length ?? 0;
    });
    upstream.on('data', (piece: Buffer) => {
      bytesDown += piece.length;
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `nats://${HOST}:${(server.address() as AddressInfo).port}`,
    get bytesUp() {
      return bytesUp;
    },
    get bytesDown() {
      return bytesDown;
    },
    get messagesUp() {
      return messagesUp;
    },
    reset() {
      bytesUp = 0;
      bytesDown = 0;
      messagesUp = 0;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}
