import type { NatsConnection } from '@nats-io/nats-core';
import { NatsConnectionImpl } from '@nats-io/nats-core/internal';

/**
 * Drops the connection of a client whose server no longer answers pings. The client does so itself, but first waits for
 * its socket to flush, which never happens with a dead peer and a full buffer: it would look for another server only after
 * a quarter of an hour, when TCP gives up.
 */
export function dropStaleLine(connection: NatsConnection): void {
  // A client that is not connected has dropped it already, and may be connecting to another server.
  if (!(connection instanceof NatsConnectionImpl) || !connection.protocol.connected) return;
  connection.protocol.transport.discard();
}
