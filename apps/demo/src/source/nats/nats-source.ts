import { randomBytes } from 'node:crypto';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type KvStore, SlipstreamError } from '@slipstream/core';
import { fromConnection, type NatsClient } from '@slipstream/nats';
import { type NatsServer, type NatsServerSource, startNatsServer } from '@slipstream/test-kit/nats';
import { waitUntil } from '../../lifetime/wait-until.js';
import type { FleetSource, SourceAddress } from '../fleet-source.js';
import { Cable } from './cable.js';
import { countConsumerDeliveries } from './consumer-deliveries.js';

/** How long a server may take to answer again. */
const RETURN_DEADLINE_MS = 20_000;

/** A bucket of a real nats-server: of one that the demo starts, and stops; or of one that runs already. */
export class NatsSource implements FleetSource {
  readonly title: string;
  readonly caveat: string | undefined;
  readonly outage: { readonly begins: string; readonly ends: string };
  readonly store: KvStore;
  readonly #server: NatsServer;
  readonly #connection: NatsConnection;
  readonly #client: NatsClient;
  /** Between the nodes and a server that is not the demo's to stop. */
  readonly #cable: Cable | undefined;
  readonly #signal: AbortSignal;

  private constructor(
    server: NatsServer,
    connection: NatsConnection,
    client: NatsClient,
    store: KvStore,
    cable: Cable | undefined,
    signal: AbortSignal,
  ) {
    this.#server = server;
    this.#connection = connection;
    this.#client = client;
    this.store = store;
    this.#cable = cable;
    this.#signal = signal;
    // Not the URL: it may carry a password.
    const place =
      server.pid === undefined ? new URL(server.url).host : `process ${server.pid}, port ${server.port}`;
    this.title = `nats-server ${server.version} (${place}), bucket ${store.name}`;
    this.caveat = server.isControllable
      ? undefined
      : 'the server is not for the demo to stop: the connections of the nodes to it are cut instead';
    this.outage = server.isControllable
      ? { begins: 'nats-server is stopped', ends: 'nats-server is started on the same store and port' }
      : { begins: 'all connections to nats-server are cut', ends: 'connections to nats-server pass again' };
  }

  /**
   * Starts the server and makes the bucket.
   * @throws what starting the server throws
   */
  static async open(
    source: NatsServerSource,
    storeDirectory: string,
    signal: AbortSignal,
  ): Promise<NatsSource> {
    const isOurs = source.kind !== 'url';
    // A container keeps its store itself: what it wrote outside might be root's, and not ours to remove.
    const kept = source.kind === 'binary' ? { storeDirectory } : {};
    const server = await startNatsServer({ source, ...kept });
    let connection: NatsConnection | undefined;
    try {
      connection = await connect({
        servers: server.url,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        reconnectJitter: 0,
      });
      const client = await fromConnection(connection);
      const store = await client.bucket(bucketName(isOurs), { config: { storage: 'file' }, signal });
      const cable = isOurs ? undefined : await Cable.open(server.url);
      return new NatsSource(server, connection, client, store, cable, signal);
    } catch (error) {
      await connection?.close();
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  get address(): SourceAddress {
    return { kind: 'nats', url: this.#cable?.url ?? this.#server.url, bucket: this.store.name };
  }

  countDelivered(revision: number): Promise<number> {
    return countConsumerDeliveries(this.#connection, this.store.name, revision);
  }

  async cutOff(): Promise<void> {
    if (this.#cable === undefined) await this.#server.stop();
    else await this.#cable.cut();
  }

  async restore(): Promise<void> {
    if (this.#cable === undefined) await this.#server.restart();
    else await this.#cable.restore();
    await waitUntil(() => this.#answers(), {
      what: 'the bucket to answer again',
      deadlineMs: RETURN_DEADLINE_MS,
      signal: this.#signal,
    });
  }

  async close(): Promise<void> {
    await this.#cable?.close();
    try {
      await this.#client.close();
      // A server of the demo's own goes with its store; another one is left as it was.
      if (!this.#server.isControllable) {
        await this.#connection.request(`$JS.API.STREAM.DELETE.KV_${this.store.name}`);
      }
    } finally {
      await this.#connection.close();
      await this.#server[Symbol.asyncDispose]();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #answers(): Promise<true | undefined> {
    try {
      await this.store.status({ signal: this.#signal });
      return true;
    } catch (error) {
      if (SlipstreamError.is(error) && error.recovery === 'retry') return undefined;
      throw error;
    }
  }
}

/** A unique name, since others may use the server. */
function bucketName(isOurs: boolean): string {
  return isOurs ? 'routes' : `slipstream-demo-${randomBytes(4).toString('hex')}`;
}
