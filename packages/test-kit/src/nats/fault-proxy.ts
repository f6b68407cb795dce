import { connect, createServer, type Server, type Socket } from 'node:net';
import { FaultyPipe } from './faulty-pipe.js';
import { healthyLine, type LineFaults } from './line-faults.js';

/** Options of {@link startFaultProxy}. */
export interface FaultProxyOptions {
  /** Where to pass connections on to: `nats://127.0.0.1:4222`, or any other URL with a host and a port. */
  readonly target: string;
}

const HOST = '127.0.0.1';

/** Starts a proxy on a loopback port of its own. */
export function startFaultProxy({ target }: FaultProxyOptions): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  return FaultProxy.start(hostname, Number(port));
}

/**
 * A TCP proxy that does to connections what networks do. Connections that are made while a fault lasts have
 * it, too. Disposing closes everything.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #host: string;
  readonly #targetPort: number;
  readonly #links = new Set<Link>();
  readonly #faults: LineFaults = healthyLine();
  #port = 0;
  #isRefusing = false;
  #isDisposed = false;
  #receivedBytes = 0;

  private constructor(host: string, targetPort: number) {
    this.#host = host;
    this.#targetPort = targetPort;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @internal */
  static async start(host: string, targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(host, targetPort);
    await proxy.#listen(0);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `nats://${HOST}:${this.#port}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#links.size;
  }

  /** Bytes that have passed to clients. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Resets every connection; new ones are accepted. */
  cut(): void {
    for (const link of [...this.#links]) link.cut();
  }

  /** Resets every connection, and refuses new ones until {@link heal}. */
  async refuse(): Promise<void> {
    this.#isRefusing = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  /** Lets `bytes` more pass to each client, and cuts its connection there: in the middle of a message. */
  truncateAfter(bytes: number): void {
    for (const link of this.#links) link.truncateAfter(bytes);
  }

  /** Every byte arrives this much later, until {@link heal}. */
  delay(delayMs: number): void {
    this.#faults.delayMs = delayMs;
  }

  /** At most this many bytes a second pass in each direction of each connection, until {@link heal}. */
  throttle(bytesPerSecond: number): void {
    this.#faults.bytesPerSecond = bytesPerSecond;
  }

  /** Half-open: connections stay, and nothing passes, until {@link heal}. */
  blackHole(): void {
    this.#faults.isBlackHole = true;
  }

  /** Ends every fault; connections that were cut stay cut, and a disposed proxy stays closed. */
  async heal(): Promise<void> {
    if (this.#isDisposed) return;
    Object.assign(this.#faults, healthyLine());
    for (const link of this.#links) link.healed();
    if (!this.#isRefusing) return;
    this.#isRefusing = false;
    await this.#listen(this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#isRefusing) return;
    await this.refuse();
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        if (address !== null && typeof address !== 'string') this.#port = address.port;
        resolve();
      });
    });
  }

  #accept(client: Socket): void {
    const upstream = connect({ host: this.#host, port: this.#targetPort });
    upstream.on('data', ({ length }) => {
      this.#receivedBytes += length;
    });
    const link = new Link(client, upstream, this.#faults, () => this.#links.delete(link));
    this.#links.add(link);
  }
}

/** One connection: two sockets and a pipe each way. */
class Link {
  readonly #sockets: readonly [client: Socket, upstream: Socket];
  readonly #pipes: readonly [up: FaultyPipe, down: FaultyPipe];
  readonly #onClose: () => void;

  constructor(client: Socket, upstream: Socket, faults: LineFaults, onClose: () => void) {
    this.#sockets = [client, upstream];
    this.#onClose = onClose;
    const cut = (): void => this.cut();
    this.#pipes = [
      new FaultyPipe(client, upstream, faults, cut),
      new FaultyPipe(upstream, client, faults, cut),
    ];
  }

  truncateAfter(bytes: number): void {
    this.#pipes[1].truncateAfter(bytes);
  }

  healed(): void {
    for (const pipe of this.#pipes) pipe.healed();
  }

  cut(): void {
    for (const pipe of this.#pipes) pipe.stop();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#onClose();
  }
}
