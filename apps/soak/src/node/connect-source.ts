import type { KvStore, SourceProvider } from '@slipstream/core';
import { connectNats, type NatsClient } from '@slipstream/nats';

/** So short that a run sees many dead lines noticed. */
const HEARTBEAT_MS = 500;
const REQUEST_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 1_000;

/** A node's way to the bucket. It need not be there: the replica tries again until it is. */
export function connectSource(url: string, bucket: string): SourceProvider {
  let client: NatsClient | undefined;
  return async (signal): Promise<KvStore> => {
    client ??= await connectNats({
      servers: url,
      signal,
      timeoutMs: REQUEST_TIMEOUT_MS,
      // The server must not tell the node a way around its line.
      client: { ignoreClusterUpdates: true, pingInterval: PING_INTERVAL_MS },
    });
    return client.bucket(bucket, { create: false, heartbeatMs: HEARTBEAT_MS, signal });
  };
}
