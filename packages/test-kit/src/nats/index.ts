export type { NatsServer, NatsServerOptions } from './nats-server.js';
export type { NatsServerSource } from './nats-server-source.js';
export { type ResolveNatsServerOptions, resolveNatsServer } from './resolve-nats-server.js';
export { startNatsServer } from './start-nats-server.js';
