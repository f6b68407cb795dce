/** Options of a single request. */
export interface KvRequestOptions {
  /** Gives up waiting with `ABORTED`. A write that was already sent may still take effect. */
  readonly signal?: AbortSignal | undefined;
}
