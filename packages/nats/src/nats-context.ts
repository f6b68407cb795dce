import type { NatsConnection } from '@nats-io/nats-core';
import type { Clock, ResourceScope } from '@slipstream/core';
import type { ConnectionMonitor } from './connection/connection-monitor.js';
import type { JetStreamApi } from './jetstream/jetstream-api.js';
import type { WireTap } from './wire/wire-tap.js';

/** What a client shares with the buckets that are opened over it. */
export interface NatsContext {
  readonly connection: NatsConnection;
  readonly monitor: ConnectionMonitor;
  readonly api: JetStreamApi;
  /** How watches are read past the client; `undefined` where they are not. */
  readonly tap: WireTap | undefined;
  readonly clock: Clock;
  readonly domain: string | undefined;
  readonly inboxPrefix: string | undefined;
  /** Closes the buckets with the client. */
  readonly buckets: ResourceScope;
}
