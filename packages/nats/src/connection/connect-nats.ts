import type { NatsConnection } from '@nats-io/nats-core';
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node';
import { abortedError, waitOrAbort } from '@slipstream/core';
import { NatsClient } from '../nats-client.js';
import { connectError } from '../nats-errors.js';
import { dialWithoutLeftovers } from './dialled-sockets.js';
import { type NatsConnectOptions, resolveClientOptions, resolveConnectionOptions } from './nats-options.js';

/**
 * Connects to NATS. The connection belongs to the result: closing that closes it.
 *
 * @throws `UNAVAILABLE` nothing listens there, or not with trusted TLS; `UNAUTHORIZED` refused credentials; `TIMEOUT`
 * something listens and sends nothing; `UNSUPPORTED` a server older than 2.10; `NOT_FOUND` a file of credentials or
 * certificates that cannot be read; `ABORTED` by `signal`; {@link TypeError}, {@link RangeError} malformed options.
 */
export async function connectNats(options: NatsConnectOptions = {}): Promise<NatsClient> {
  const { inboxPrefix = options.inboxPrefix } = options.client ?? {};
  const resolved = resolveClientOptions({ ...options, inboxPrefix });
  const connectionOptions = resolveConnectionOptions(options, resolved.timeoutMs);
  const { signal } = options;
  if (signal?.aborted) throw abortedError(signal, 'connecting to NATS');

  const servers = serversText(connectionOptions.servers);
  const dial = (): Promise<NatsConnection> => connect(stoppable(connectionOptions, signal));
  const connecting = dialWithoutLeftovers(dial, signal).catch((error: unknown) => {
    throw connectError(error, servers);
  });
  const connection = await waitOrAbort(connecting, signal, `connecting to NATS ${servers}`, (late) => {
    void late.close();
  });
  return NatsClient.open(connection, { ...resolved, ownsConnection: true });
}

/** With `waitOnFirstConnect` the client tries until a server is there; `signal` ends that. */
function stoppable(options: NodeConnectionOptions, signal: AbortSignal | undefined): NodeConnectionOptions {
  if (signal === undefined || options.waitOnFirstConnect !== true) return options;
  return {
    ...options,
    reconnectToServer: (servers, info) => {
      // Without `info` it has not been connected yet; the signal is only for that.
      if (signal.aborted && info === null) throw abortedError(signal, 'connecting to NATS');
      return options.reconnectToServer?.(servers, info) ?? null;
    },
  };
}

function serversText(servers: string | string[] | undefined): string {
  const list = servers === undefined ? ['127.0.0.1:4222'] : [servers].flat();
  // A URL may carry a password or a token.
  return list.map((server) => server.replace(/^([a-z]+:\/\/)?[^@]*@/, '$1')).join(', ');
}
