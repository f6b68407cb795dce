import { randomUUID } from 'node:crypto';
import { all } from '@slipstream/core';
import { type KvStoreHarness, propertySettings, type TestBucket } from '@slipstream/test-kit';
import { type NatsServer, startFaultProxy, startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll } from 'vitest';
import {
  connectNats,
  type NatsBucketConfig,
  type NatsClient,
  type NatsKvStore,
  type WireReader,
} from '../../src/index.js';
import { ServerAdmin } from './server-admin.js';
import type { ServerSeries } from './server-series.js';

/** A bucket of a case, with what it was made as. */
export interface NatsTestBucket extends TestBucket {
  readonly store: NatsKvStore;
  readonly config: NatsBucketConfig;
}

/** How the suites get at buckets on one server of a series, which is started for the block that calls this. */
export function natsHarness(
  { series, source }: ServerSeries,
  wire?: WireReader,
): KvStoreHarness<NatsTestBucket> {
  let server: NatsServer;
  let admin: ServerAdmin;
  beforeAll(async () => {
    server = await startNatsServer({ source });
    admin = await ServerAdmin.connect(server.url);
  });
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const open = async (
    name: string,
    config: NatsBucketConfig,
    timeoutMs?: number,
  ): Promise<[NatsClient, NatsKvStore]> => {
    const nats = await connectNats({ servers: server.url, timeoutMs, wire });
    return [nats, await nats.bucket(name, { config, heartbeatMs: 500 })];
  };
  return {
    name: `nats-server ${series}`,
    capabilities: { watch: true, write: true, purge: true, ttl: false, bookmarks: true, epochs: true },
    knownKeys: true,
    supports: [
      'history',
      'maxBytes',
      'discard',
      'maxAgeMs',
      'maxValueBytes',
      'requestTimeoutMs',
      ...(series === '2.10' ? [] : (['markerTtlMs'] as const)),
    ],
    async createBucket({ requestTimeoutMs, ...options }) {
      // Of its own also on a server that others use.
      const name = `case_${randomUUID()}`;
      const config: NatsBucketConfig = { storage: 'memory', ...options };
      const [nats, store] = await open(name, config, requestTimeoutMs);
      return {
        store,
        config,
        async [Symbol.asyncDispose]() {
          await nats.close();
          await admin.deleteBucket(name).catch(() => undefined);
        },
      };
    },
    async openHandle({ store, config }) {
      return ownClient(...(await open(store.name, config)));
    },
    async openMetered({ store, config }) {
      const proxy = await startFaultProxy({ target: server.url });
      const nats = await connectNats({ servers: proxy.url, wire });
      return {
        store: await nats.bucket(store.name, { config, heartbeatMs: 500 }),
        get receivedBytes() {
          return proxy.receivedBytes;
        },
        async [Symbol.asyncDispose]() {
          await nats.close();
          await proxy[Symbol.asyncDispose]();
        },
      };
    },
    async recreate({ store, config }) {
      await admin.deleteBucket(store.name);
      return ownClient(...(await open(store.name, config)));
    },
    evictBefore: ({ store }, revision) => admin.evictBefore(store.name, revision),
    async removeMarkers({ store }) {
      for await (const chunk of store.watcher.watch(all())) {
        for (const { kind, key } of chunk.updates) {
          if (kind !== 'put') await admin.forget(store.name, key);
        }
        if (chunk.pending === 0) return;
      }
    },
    countConsumers: async ({ store }) => (await admin.consumerNames(store.name)).length,
    ...(source.kind !== 'url' && {
      async silence() {
        await server.suspend();
        return () => server.resume();
      },
    }),
    property: propertySettings(process.env),
  };
}

/** Closes the client with the store that was opened over it. */
function ownClient(nats: NatsClient, store: NatsKvStore): NatsKvStore {
  const close = store.close.bind(store);
  store.close = async () => {
    await close();
    await nats.close();
  };
  store[Symbol.asyncDispose] = () => store.close();
  return store;
}
