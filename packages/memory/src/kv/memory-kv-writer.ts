import {
  assertKey,
  type KvPurgeOptions,
  type KvPurger,
  type KvRequestOptions,
  type KvTtlWriter,
  type KvWriter,
  SlipstreamError,
  type VersionToken,
} from '@slipstream/core';
import type { BoundedLog, LogAppend } from '../log/bounded-log.js';
import type { BucketHandle } from './bucket-handle.js';
import { assertWhole } from './memory-kv-options.js';

/** Decides, from the last message of a key, whether a write may go on; throws if not. */
type Condition = (log: BoundedLog, key: string) => void;

/** Writes to a bucket: every kind of them is one checked append. */
export class MemoryKvWriter implements KvWriter, KvPurger, KvTtlWriter {
  readonly #handle: BucketHandle;

  constructor(handle: BucketHandle) {
    this.#handle = handle;
  }

  async put(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken> {
    return this.#write({ kind: 'put', key, value }, options);
  }

  async create(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken> {
    return this.#write({ kind: 'put', key, value }, options, this.#ifAbsent);
  }

  async update(
    key: string,
    value: Uint8Array,
    expected: VersionToken,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    return this.#write({ kind: 'put', key, value }, options, this.#ifLastIs(expected));
  }

  async delete(key: string, options?: KvRequestOptions): Promise<VersionToken> {
    return this.#write({ kind: 'delete', key }, options);
  }

  async deleteWithVersion(
    key: string,
    expected: VersionToken,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    return this.#write({ kind: 'delete', key }, options, this.#ifLastIs(expected));
  }

  async purge(key: string, options: KvPurgeOptions = {}): Promise<VersionToken> {
    const { expected, markerTtlMs: ttlMs } = options;
    const condition = expected === undefined ? undefined : this.#ifLastIs(expected);
    return this.#write({ kind: 'purge', key, rollup: true, ttlMs }, options, condition);
  }

  async putWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    return this.#write(expiring(key, value, ttlMs), options);
  }

  async createWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    return this.#write(expiring(key, value, ttlMs), options, this.#ifAbsent);
  }

  #write(append: LogAppend, options: KvRequestOptions | undefined, condition?: Condition): VersionToken {
    const { key, value, ttlMs } = append;
    const log = this.#handle.log('a write', options);
    assertKey(key, this.#handle.name);
    this.#assertTtl(key, ttlMs);
    if (value !== undefined || append.kind === 'put') this.#assertValue(key, value);
    condition?.(log, key);
    return log.append(value === undefined ? append : { ...append, value: new Uint8Array(value) }).version;
  }

  #assertTtl(key: string, ttlMs: number | undefined): void {
    if (ttlMs === undefined) return;
    assertWhole('a time to live in milliseconds', ttlMs, 1);
    if (this.#handle.options.allowTtl) return;
    throw new SlipstreamError('UNSUPPORTED', `${this.#handle.what}: key ${key} cannot have a time to live`, {
      hint: 'Open the bucket with allowTtl or markerTtlMs.',
    });
  }

  #assertValue(key: string, value: Uint8Array | undefined): void {
    if (!(value instanceof Uint8Array)) throw new TypeError(`the value of key ${key} is not a Uint8Array`);
    const { maxValueBytes = Number.POSITIVE_INFINITY } = this.#handle.options.limits;
    if (value.length <= maxValueBytes) return;
    throw new SlipstreamError(
      'LIMIT_EXCEEDED',
      `${this.#handle.what}: the value of key ${key} has ${value.length} bytes, above ${maxValueBytes}`,
    );
  }

  readonly #ifAbsent: Condition = (log, key) => {
    const last = log.messages.last(key);
    if (last?.kind !== 'put') return;
    throw new SlipstreamError(
      'ALREADY_EXISTS',
      `${this.#handle.what}: key ${key} is live at revision ${last.revision}`,
    );
  };

  #ifLastIs(expected: VersionToken): Condition {
    return (log, key) => {
      const last = log.messages.last(key);
      if (last !== undefined && expected.revision === BigInt(last.revision)) return;
      const is = last === undefined ? 'has no update' : `is at revision ${last.revision}`;
      const wanted = expected.revision ?? (expected.isUnknown ? 'an unknown version' : `0x${expected}`);
      throw new SlipstreamError(
        'REVISION_MISMATCH',
        `${this.#handle.what}: key ${key} ${is}, not at ${wanted}`,
      );
    };
  }
}

/**
 * A write that expires drops all older messages of its key: otherwise an older version would come back when it expires,
 * and no watch would see it.
 */
function expiring(key: string, value: Uint8Array, ttlMs: number): LogAppend {
  return { kind: 'put', key, value, ttlMs, rollup: true };
}
