import type { NatsConnection } from '@nats-io/nats-core';
import { type Resource, ResourceScope, waitWithin } from '@slipstream/core';
import { type NatsBucketOptions, resolveBucketOptions } from './bucket/bucket-options.js';
import { NatsKvStore } from './bucket/nats-kv-store.js';
import { openStream } from './bucket/open-stream.js';
import { ConnectionMonitor } from './connection/connection-monitor.js';
import type { ResolvedNatsClientOptions, WireReader } from './connection/nats-options.js';
import { RequestChannel } from './connection/request-channel.js';
import { assertServerVersion } from './connection/server-version.js';
import { JetStreamApi } from './jetstream/jetstream-api.js';
import type { NatsContext } from './nats-context.js';
import { tapWire } from './wire/wire-tap.js';

/** How long closing waits for the server to receive what was sent last. */
const FLUSH_TIMEOUT_MS = 2_000;

interface OpenOptions extends ResolvedNatsClientOptions {
  readonly ownsConnection: boolean;
}

/** A connection to NATS and the buckets that were opened over it. Made by `connectNats` and `fromConnection`. */
export class NatsClient implements Resource {
  readonly #context: NatsContext;
  readonly #channel: RequestChannel;
  readonly #ownsConnection: boolean;
  #closing: Promise<void> | undefined;

  private constructor(connection: NatsConnection, options: OpenOptions) {
    const { domain, clock, inboxPrefix, wire } = options;
    const monitor = new ConnectionMonitor(connection);
    this.#channel = new RequestChannel(connection, monitor, options);
    this.#ownsConnection = options.ownsConnection;
    this.#context = {
      connection,
      monitor,
      clock,
      domain,
      inboxPrefix,
      api: new JetStreamApi(this.#channel, domain),
      tap: wire === 'direct' ? tapWire(connection) : undefined,
      buckets: new ResourceScope('the NATS client'),
    };
  }

  /** @internal */
  static async open(connection: NatsConnection, options: OpenOptions): Promise<NatsClient> {
    const client = new NatsClient(connection, options);
    try {
      const { monitor } = client.#context;
      const refusal = monitor.refusal('using the connection to NATS');
      if (refusal !== undefined) throw refusal;
      assertServerVersion(connection, [2, 10], 'Slipstream');
      monitor.start();
      client.#channel.start();
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  /** Whether the connection is up now. The client reconnects by itself. */
  get isConnected(): boolean {
    return this.#closing === undefined && this.#context.monitor.isConnected;
  }

  /** Who reads the messages of watches: what was asked for, or `client` where `direct` does not know the client. */
  get wire(): WireReader {
    return this.#context.tap === undefined ? 'client' : 'direct';
  }

  /**
   * Opens the bucket `name`, and creates it first if it is missing (unless `create` is false).
   *
   * @throws {TypeError} | {RangeError} an invalid name or option. @throws `NOT_FOUND` no such bucket, with
   * `create: false`; `UNSUPPORTED` JetStream is not enabled, or the server is too old for an option;
   * `LIMIT_EXCEEDED` the account's limits; `UNAUTHORIZED`, `UNAVAILABLE`, `TIMEOUT`, `CLOSED`.
   */
  async bucket(name: string, options: NatsBucketOptions = {}): Promise<NatsKvStore> {
    const resolved = resolveBucketOptions(name, options);
    this.#context.buckets.assertOpen();
    const opened = await openStream(this.#context, resolved, options.signal);
    return NatsKvStore.open(this.#context, resolved, opened);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    try {
      await this.#context.buckets.close();
    } finally {
      this.#channel.close();
      this.#context.monitor.stop();
      if (this.#ownsConnection) await this.#closeConnection();
    }
  }

  async #closeConnection(): Promise<void> {
    const { connection, monitor, clock } = this.#context;
    if (monitor.isConnected) {
      // What was sent last should arrive, but a server that is gone is not waited for.
      await waitWithin(connection.flush(), { clock, timeoutMs: FLUSH_TIMEOUT_MS, what: 'flushing' }).catch(
        () => undefined,
      );
    }
    await connection.close();
  }
}
