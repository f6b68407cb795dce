import type { NatsConnection } from '@nats-io/nats-core';
import { NatsClient } from '../nats-client.js';
import { type NatsClientOptions, resolveClientOptions } from './nats-options.js';

/**
 * Uses a connection that the application already has. It stays the application's: closing the result frees
 * what was made over it (watches, subscriptions) and leaves it open.
 *
 * @throws `UNSUPPORTED` a server older than 2.10; `CLOSED` the connection is; `UNAVAILABLE` it is down now.
 */
export async function fromConnection(
  connection: NatsConnection,
  options: NatsClientOptions = {},
): Promise<NatsClient> {
  const resolved = resolveClientOptions(options, connection);
  return NatsClient.open(connection, { ...resolved, ownsConnection: false });
}
