import type { VersionToken } from '../cursor/version-token.js';
import type { KvRequestOptions } from './kv-request-options.js';

/**
 * Writes. Each resolves to the version it was given, once the source has made it durable by its own rules.
 * Writes to one key are applied in the order of their versions.
 */
export interface KvWriter {
  /** Sets the value. @throws `INVALID_KEY`, `LIMIT_EXCEEDED` (value or bucket too large; nothing written) */
  put(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken>;
  /** Sets the value if the key is not live; a deleted or purged key is not. @throws `ALREADY_EXISTS` */
  create(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken>;
  /** Sets the value if the key's last update has version `expected`. @throws `REVISION_MISMATCH` */
  update(
    key: string,
    value: Uint8Array,
    expected: VersionToken,
    options?: KvRequestOptions,
  ): Promise<VersionToken>;
  /** Leaves a delete marker, whether or not the key was live. */
  delete(key: string, options?: KvRequestOptions): Promise<VersionToken>;
  /** Leaves a delete marker if the key's last update has version `expected`. @throws `REVISION_MISMATCH` */
  deleteWithVersion(key: string, expected: VersionToken, options?: KvRequestOptions): Promise<VersionToken>;
}

/** Removes a key with its history, leaving a purge marker. */
export interface KvPurger {
  purge(key: string, options?: KvPurgeOptions): Promise<VersionToken>;
}

/** Options of a purge. */
export interface KvPurgeOptions extends KvRequestOptions {
  /** Purge only if the key's last update has this version, else `REVISION_MISMATCH`. */
  readonly expected?: VersionToken | undefined;
  /** How long the marker stays; without it, until the log's limits drop it. */
  readonly markerTtlMs?: number | undefined;
}

/**
 * Writes of entries that expire by themselves. Such a write drops what the log still has of the key's history,
 * so that nothing older comes back when it expires. Watches see the expiry as a delete where the log writes
 * markers (`limits.markerTtlMs`); elsewhere the entry vanishes, and only a comparison finds that out.
 */
export interface KvTtlWriter {
  /** {@link KvWriter.put} of an entry that expires `ttlMs` after the write. */
  putWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken>;
  /** {@link KvWriter.create} of an entry that expires `ttlMs` after the write. */
  createWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken>;
}
