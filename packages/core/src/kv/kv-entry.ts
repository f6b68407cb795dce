import type { VersionToken } from '../cursor/version-token.js';

/** A live key with its value. */
export interface KvEntry {
  readonly key: string;
  /** Owned by the receiver. An empty value is a value, not a delete. */
  readonly value: Uint8Array;
  readonly version: VersionToken;
}

/**
 * What happened to a key. A `purge` is a delete that also dropped the key's history; both leave a marker
 * with a version of its own.
 */
export type KvUpdateKind = 'put' | 'delete' | 'purge';

/**
 * One change of one key. One object shape for all kinds, so that the hot path stays monomorphic; `value` is
 * empty for `delete` and `purge`.
 */
export interface KvUpdate extends KvEntry {
  readonly kind: KvUpdateKind;
}
