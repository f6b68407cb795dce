export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.js';
export { type NatsCluster, type NatsClusterOptions, startNatsCluster } from './nats-cluster.js';
export type { NatsServer, NatsServerOptions } from './nats-server.js';
export type { NatsServerSource } from './nats-server-source.js';
export { type ResolveNatsServerOptions, resolveNatsServer } from './resolve-nats-server.js';
export { startNatsServer } from './start-nats-server.js';
