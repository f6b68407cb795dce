import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ResourceScope } from '@slipstream/core';
import { fromConnection, type NatsClient } from '@slipstream/nats';
import { type NatsServer, resolveNatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { shuffledPlaces } from '../data/bench-entries.js';
import { fillBucket } from './fill-bucket.js';

/** What all trials of one run share: a server of its own, filled buckets, and a place for files. */
export class BenchWorld implements AsyncDisposable {
  readonly server: NatsServer;
  readonly directory: string;
  readonly #scope: ResourceScope;
  readonly #connection: NatsConnection;
  readonly #client: NatsClient;
  readonly #buckets = new Map<number, Promise<string>>();

  private constructor(
    scope: ResourceScope,
    server: NatsServer,
    directory: string,
    connection: NatsConnection,
    client: NatsClient,
  ) {
    this.#scope = scope;
    this.server = server;
    this.directory = directory;
    this.#connection = connection;
    this.#client = client;
  }

  /** Starts the server. @throws {Error} where there is none */
  static async open(): Promise<BenchWorld> {
    const scope = new ResourceScope('the bench');
    try {
      const directory = await mkdtemp(join(tmpdir(), 'slipstream-bench-'));
      onClose(scope, () => rm(directory, { recursive: true, force: true }));
      const source = resolveNatsServer(process.env, { directory: import.meta.dirname });
      const server = await startNatsServer({ source });
      onClose(scope, async () => server[Symbol.asyncDispose]());
      const connection = await connect({ servers: server.url });
      onClose(scope, () => connection.close());
      const client = await fromConnection(connection);
      scope.attach(client);
      return new BenchWorld(scope, server, directory, connection, client);
    } catch (error) {
      await scope.close();
      throw error;
    }
  }

  /** The bucket with this many entries; filled when first requested. */
  bucket(entries: number, progress: (done: number) => void): Promise<string> {
    const known = this.#buckets.get(entries);
    if (known !== undefined) return known;
    const made = this.#makeBucket(entries, progress);
    this.#buckets.set(entries, made);
    return made;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#scope.close();
  }

  async #makeBucket(entries: number, progress: (done: number) => void): Promise<string> {
    const bucket = `bench-${entries}`;
    await this.#client.bucket(bucket, { config: { storage: 'file' } });
    await fillBucket(this.#connection, { bucket, places: shuffledPlaces(entries), round: 0, progress });
    return bucket;
  }
}

function onClose(scope: ResourceScope, close: () => Promise<void>): void {
  scope.attach({ close, [Symbol.asyncDispose]: close });
}
