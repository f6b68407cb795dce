import type { VersionToken } from '../cursor/version-token.js';
import type { SlipstreamError } from '../errors/slipstream-error.js';

/** A value that the source holds and the replica cannot read. */
export interface QuarantinedValue<V> {
  readonly key: string;
  /** The version of the unreadable value. */
  readonly version: VersionToken;
  /** Why it cannot be read: `VALUE_INVALID`. */
  readonly error: SlipstreamError;
  /**
   * The last value that could be read, which reads still return. `undefined` when there was none since the
   * replica was opened: it lives in memory, the fold holds what the bucket holds.
   */
  readonly lastGood: V | undefined;
}

/** A value was put under quarantine. */
export interface ValueQuarantinedEvent extends QuarantinedValue<unknown> {
  readonly type: 'value-quarantined';
}
