/**
 * What a source can do beyond reading. Fixed for the life of the store; the conformance kit runs exactly the
 * cases these declare, and shows the others as skipped.
 */
export interface KvCapabilities {
  /** `watcher` is present. */
  readonly watch: boolean;
  /** `writer` is present. */
  readonly write: boolean;
  /** `purger` is present. */
  readonly purge: boolean;
  /** `ttl` is present, for this bucket as it is configured. */
  readonly ttl: boolean;
  /**
   * A watch whose scope is idle moves its cursor while the rest of the log goes on. When false, an idle
   * scope's cursor stays where its last update was and may expire.
   */
  readonly bookmarks: boolean;
  /** A re-created log can be distinguished from the old one by its epoch. */
  readonly epochs: boolean;
}
