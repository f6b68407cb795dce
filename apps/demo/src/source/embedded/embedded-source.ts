import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { prefixes, WatchCursor } from '@slipstream/core';
import { MemoryKvStore } from '@slipstream/memory';
import type { FleetSource, SourceAddress } from '../fleet-source.js';
import { encodeChunk, encodeError, toWire } from './wire-format.js';

const HOST = '127.0.0.1';

/**
 * A bucket in the demo's own memory, served to the nodes over loopback HTTP: what is left to show where no
 * nats-server can be had.
 */
export class EmbeddedSource implements FleetSource {
  readonly title = "embedded bucket in the demo's memory";
  readonly caveat: string;
  readonly outage = {
    begins: 'the embedded bucket is no longer served',
    ends: 'the embedded bucket is served again',
  };
  readonly store: MemoryKvStore;
  #server: Server;
  #port = 0;

  private constructor(store: MemoryKvStore, reason: string) {
    this.store = store;
    this.caveat = `${reason}: this run shows the loop and the folds, but neither NATS nor its adapter`;
    this.#server = this.#newServer();
  }

  /** @param reason - Why it is not a nats-server. */
  static async open(reason: string): Promise<EmbeddedSource> {
    const source = new EmbeddedSource(await MemoryKvStore.open({ name: 'routes' }), reason);
    await source.#listen();
    return source;
  }

  get address(): SourceAddress {
    return { kind: 'embedded', url: `http://${HOST}:${this.#port}`, bucket: this.store.name };
  }

  async cutOff(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async restore(): Promise<void> {
    this.#server = this.#newServer();
    await this.#listen();
  }

  async close(): Promise<void> {
    await this.cutOff();
    await this.store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #newServer(): Server {
    return createServer((request, response) => void this.#serve(request, response));
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, HOST);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${HOST}`);
    const argument = searchParams.get('of') ?? '';
    if (pathname === '/watch') await this.#serveWatch(searchParams, response);
    else if (pathname === '/status') answer(response, await this.store.status());
    else if (pathname === '/keys') answer(response, await this.#keys(argument));
    else if (pathname === '/entry') answer(response, await this.#entry(argument));
    else response.writeHead(404).end();
  }

  async #entry(key: string): Promise<unknown> {
    const update = await this.store.reader.entry(key);
    return update === undefined ? null : toWire(update);
  }

  async #keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.store.reader.keys(prefix)) keys.push(key);
    return keys;
  }

  async #serveWatch(parameters: URLSearchParams, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const scope = prefixes(parameters.getAll('prefix'));
    const resume = WatchCursor.parse(parameters.get('resume') ?? `${WatchCursor.none}`);
    try {
      for await (const chunk of this.store.watcher.watch(scope, { resume, signal: gone.signal })) {
        // The watch holds back until the node has taken what it was sent.
        if (!response.write(encodeChunk(chunk))) await once(response, 'drain', { signal: gone.signal });
      }
    } catch (error) {
      if (!gone.signal.aborted) response.end(encodeError(error));
    }
  }
}

function answer(response: ServerResponse, body: unknown): void {
  response.end(JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? value.toString() : value)));
}
