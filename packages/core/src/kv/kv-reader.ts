import type { KvEntry, KvUpdate } from './kv-entry.js';
import type { KvRequestOptions } from './kv-request-options.js';

/** Reads. `get`, `keys` and `scan` hide delete and purge markers. */
export interface KvReader {
  /** The live entry of `key`; `undefined` when there is none. @throws `INVALID_KEY` */
  get(key: string, options?: KvRequestOptions): Promise<KvEntry | undefined>;
  /**
   * The last update of `key`, markers included: their version is what a compare-and-set after a delete
   * expects. `undefined` when the log has nothing of the key.
   */
  entry(key: string, options?: KvRequestOptions): Promise<KvUpdate | undefined>;
  /**
   * The live keys that begin with `prefix` (empty: all), each once, in no promised order. Values are not
   * transferred where the source can help it. A listing under concurrent writes may or may not see them.
   */
  keys(prefix: string, options?: KvRequestOptions): AsyncIterable<string>;
  /**
   * Like {@link keys}, plus the keys of which only a marker is left; used to compare a fold with its source. Present
   * where it costs the source less than `keys`.
   */
  knownKeys?(prefix: string, options?: KvRequestOptions): AsyncIterable<string>;
  /** The live entries that begin with `prefix`, each once. */
  scan(prefix: string, options?: KvRequestOptions): AsyncIterable<KvEntry>;
}
