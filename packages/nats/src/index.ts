// For applications.

export type { NatsBucketConfig, NatsBucketOptions } from './bucket/bucket-options.js';
export type { NatsConfigDrift } from './bucket/config-drift.js';
export { NatsKvStore } from './bucket/nats-kv-store.js';
export { connectNats } from './connection/connect-nats.js';
export { fromConnection } from './connection/from-connection.js';
export type { NatsCredentials } from './connection/nats-credentials.js';
export type { NatsClientOptions, NatsConnectOptions, WireReader } from './connection/nats-options.js';
export { NatsClient } from './nats-client.js';
