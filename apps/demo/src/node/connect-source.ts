import type { KvStore, SourceProvider } from '@slipstream/core';
import { connectNats, type NatsClient } from '@slipstream/nats';
import { ServedKvStore } from '../source/embedded/served-kv-store.js';
import type { SourceAddress } from '../source/fleet-source.js';

/** A node's way to the bucket. It need not be there: the replica tries again until it is. */
export function connectSource(address: SourceAddress): SourceProvider {
  if (address.kind === 'embedded') return async () => new ServedKvStore(address.url);
  let client: NatsClient | undefined;
  return async (signal): Promise<KvStore> => {
    client ??= await connectNats({
      servers: address.url,
      signal,
      // A server behind a cable must not advertise an address that bypasses it.
      client: { ignoreClusterUpdates: true },
    });
    return client.bucket(address.bucket, { create: false, signal });
  };
}
