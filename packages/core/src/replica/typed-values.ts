import type { VersionToken } from '../cursor/version-token.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry } from '../kv/kv-entry.js';
import type { QuarantinedValue } from './quarantine.js';
import { bytesCodec, type ValueCodec } from './value-codec.js';

/** A decoded value, and the version that it was decoded from. */
interface CachedValue<V> {
  readonly version: VersionToken;
  readonly value: V;
}

/** How a value was read. */
type Decoded<V> = { readonly value: V } | { readonly error: SlipstreamError };

/**
 * Entries as typed values: decoded on the first read, kept while unchanged (up to a number of keys, the
 * oldest go first), and quarantined when they cannot be decoded.
 */
export class TypedValues<V> {
  readonly quarantine: Map<string, QuarantinedValue<V>> = new Map();
  readonly #codec: ValueCodec<V>;
  readonly #cacheEntries: number;
  readonly #onQuarantine: (quarantined: QuarantinedValue<V>) => void;
  readonly #cache = new Map<string, CachedValue<V>>();

  constructor(
    codec: ValueCodec<V>,
    cacheEntries: number,
    onQuarantine: (quarantined: QuarantinedValue<V>) => void,
  ) {
    this.#codec = codec;
    // Bytes are as quick to get from the fold as from here.
    this.#cacheEntries = (codec as ValueCodec<unknown>) === bytesCodec ? 0 : cacheEntries;
    this.#onQuarantine = onQuarantine;
  }

  /** The value of `key` if it was read since it last changed. */
  cached(key: string): V | undefined {
    return this.#cache.get(key)?.value;
  }

  /** What reads of this entry return: its value, else the last good one, else nothing. */
  read(entry: KvEntry): V | undefined {
    const cached = this.#cache.get(entry.key);
    if (cached?.version.equals(entry.version)) return cached.value;
    const known = this.quarantine.get(entry.key);
    if (known?.version.equals(entry.version)) return known.lastGood;
    const decoded = this.decode(entry);
    if ('error' in decoded) {
      this.isolate({ key: entry.key, version: entry.version, error: decoded.error, lastGood: undefined });
      return undefined;
    }
    this.#remember(entry, decoded.value);
    return decoded.value;
  }

  /** @throws `UNSUPPORTED` from a schema that can read no value at all */
  decode({ key, value }: KvEntry): Decoded<V> {
    try {
      return { value: this.#codec.decode(value, key) };
    } catch (cause) {
      if (SlipstreamError.is(cause, 'UNSUPPORTED')) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      return {
        error: SlipstreamError.from(cause, 'VALUE_INVALID', `the value of ${key} cannot be read: ${reason}`),
      };
    }
  }

  /** Puts an unreadable value under quarantine, in place of an earlier one of the same key. */
  isolate(quarantined: QuarantinedValue<V>): void {
    this.quarantine.set(quarantined.key, quarantined);
    this.#onQuarantine(quarantined);
  }

  /** The entry changed: whatever was known of its value no longer holds. */
  forget(key: string): void {
    this.#cache.delete(key);
  }

  #remember({ key, version }: KvEntry, value: V): void {
    if (this.#cacheEntries === 0) return;
    if (this.#cache.size >= this.#cacheEntries) {
      const oldest = this.#cache.keys().next();
      if (!oldest.done) this.#cache.delete(oldest.value);
    }
    this.#cache.set(key, { version, value });
  }
}
