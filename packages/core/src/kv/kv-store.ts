import type { Resource } from '../lifetime/resource.js';
import type { KvCapabilities } from './kv-capabilities.js';
import type { KvReader } from './kv-reader.js';
import type { KvRequestOptions } from './kv-request-options.js';
import type { KvStatus } from './kv-status.js';
import type { KvWatcher } from './kv-watcher.js';
import type { KvPurger, KvTtlWriter, KvWriter } from './kv-writer.js';

/**
 * A source: a named bucket of keys with a change stream. Members that an implementation lacks are absent,
 * which `capabilities` reports as well.
 *
 * Every operation before the bucket is open or after it was closed rejects with `CLOSED`; every request that
 * waits for a peer has a deadline and rejects with `TIMEOUT` when it passes.
 */
export interface KvStore extends Resource {
  readonly name: string;
  readonly capabilities: KvCapabilities;
  readonly reader: KvReader;
  readonly watcher?: KvWatcher | undefined;
  readonly writer?: KvWriter | undefined;
  readonly purger?: KvPurger | undefined;
  readonly ttl?: KvTtlWriter | undefined;
  /** What the log holds now. */
  status(options?: KvRequestOptions): Promise<KvStatus>;
}
