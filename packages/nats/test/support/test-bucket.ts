import { type NatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll } from 'vitest';
import { connectNats, type NatsBucketOptions, type NatsClient, type NatsKvStore } from '../../src/index.js';
import { ServerAdmin } from './server-admin.js';
import type { ServerSeries } from './server-series.js';

/** Heartbeats for tests that wait for a missing one. */
export const FAST_HEARTBEAT_MS = 200;

/** One server for all tests of a block, with a client and raw access; each test takes a bucket of its own. */
export interface TestServer {
  readonly server: NatsServer;
  readonly nats: NatsClient;
  readonly admin: ServerAdmin;
  /** A bucket that no other test uses, in memory unless the options say otherwise. */
  bucket(options?: NatsBucketOptions): Promise<NatsKvStore>;
}

/** Starts a server before the tests of the block and stops it after them. */
export function useServer({ source }: ServerSeries): TestServer {
  let server: NatsServer;
  let nats: NatsClient;
  let admin: ServerAdmin;
  let buckets = 0;
  beforeAll(async () => {
    server = await startNatsServer({ source });
    nats = await connectNats({ servers: server.url });
    admin = await ServerAdmin.connect(server.url);
  });
  afterAll(async () => {
    await nats?.close();
    await admin?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });
  return {
    get server() {
      return server;
    },
    get nats() {
      return nats;
    },
    get admin() {
      return admin;
    },
    bucket: (options = {}) =>
      nats.bucket(`test_${buckets++}`, { ...options, config: { storage: 'memory', ...options.config } }),
  };
}
