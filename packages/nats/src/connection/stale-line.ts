import type { NatsConnection } from '@nats-io/nats-core';
import { NatsConnectionImpl } from '@nats-io/nats-core/internal';

/**
 * Drops the line of a client that has found its server to answer no more. The client does so itself, but first waits
 * for its socket to take what is on its way, which the socket of a dead peer with a full buffer does not: it would
 * look for another server only after a quarter of an hour, when TCP gives up.
 */
export function dropStaleLine(connection: NatsConnection): void {
  // One that is not connected has dropped the line already, and may be on its way to another server.
  if (!(connection instanceof NatsConnectionImpl) || !connection.protocol.connected) return;
  connection.protocol.transport.discard();
}
