import { headers, type MsgHdrs } from '@nats-io/nats-core';
import {
  type KvPurgeOptions,
  type KvPurger,
  type KvReader,
  type KvRequestOptions,
  type KvTtlWriter,
  type KvWriter,
  type ResourceScope,
  SlipstreamError,
  VersionToken,
} from '@slipstream/core';
import type { JetStreamApi } from '../jetstream/jetstream-api.js';
import type { StreamConfig } from '../jetstream/jetstream-types.js';
import { durationMs, SHORTEST_MESSAGE_TTL_MS } from '../jetstream/stream-facts.js';
import { isNoResponders } from '../nats-errors.js';
import { type BucketSubjects, subjectMatches } from './bucket-subjects.js';

/** What a writer writes with. */
export interface NatsWriterParts {
  readonly bucket: string;
  readonly api: JetStreamApi;
  readonly subjects: BucketSubjects;
  /** A replica that lags would repeatedly show the same outdated marker. */
  readonly leaderReader: KvReader;
  readonly lifetime: ResourceScope;
  /** The bucket's stream, as it was when the bucket was opened. */
  readonly config: StreamConfig;
}

/** What a write has besides key and value. */
interface WriteIntent {
  readonly what: string;
  readonly operation?: 'DEL' | 'PURGE';
  /** Drops all older messages of the key. */
  readonly rollup?: boolean;
  /** The revision that the key's last update must have; 0: no update at all. */
  readonly expected?: bigint;
  readonly ttlMs?: number | undefined;
}

const NO_BYTES = new Uint8Array(0);
/** Each round of a create fails only when another writer succeeds on the same key. */
const MAX_CREATE_ROUNDS = 16;

/** Writes of a bucket. Compare-and-set is the server's, by the last sequence of the key's subject. */
export class NatsWriter implements KvWriter, KvPurger, KvTtlWriter {
  readonly #parts: NatsWriterParts;

  constructor(parts: NatsWriterParts) {
    this.#parts = parts;
  }

  put(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken> {
    return this.#write(key, value, { what: 'put' }, options);
  }

  create(key: string, value: Uint8Array, options?: KvRequestOptions): Promise<VersionToken> {
    return this.#create(key, value, {}, options);
  }

  async update(
    key: string,
    value: Uint8Array,
    expected: VersionToken,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    const revision = this.#revision(key, 'update', expected);
    return this.#write(key, value, { what: 'update', expected: revision }, options);
  }

  delete(key: string, options?: KvRequestOptions): Promise<VersionToken> {
    return this.#write(key, NO_BYTES, { what: 'delete', operation: 'DEL' }, options);
  }

  async deleteWithVersion(
    key: string,
    expected: VersionToken,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    const revision = this.#revision(key, 'delete', expected);
    const intent: WriteIntent = { what: 'delete', operation: 'DEL', expected: revision };
    return this.#write(key, NO_BYTES, intent, options);
  }

  async purge(key: string, options: KvPurgeOptions = {}): Promise<VersionToken> {
    const { expected, markerTtlMs } = options;
    if (markerTtlMs !== undefined) this.#assertTtl('markerTtlMs', markerTtlMs);
    const revision = expected === undefined ? undefined : this.#revision(key, 'purge', expected);
    const intent: WriteIntent = { what: 'purge', operation: 'PURGE', rollup: true, ttlMs: markerTtlMs };
    return this.#write(
      key,
      NO_BYTES,
      revision === undefined ? intent : { ...intent, expected: revision },
      options,
    );
  }

  async putWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    this.#assertValueTtl(ttlMs);
    return this.#write(key, value, { what: 'put', ttlMs, rollup: this.#keepsHistory }, options);
  }

  async createWithTtl(
    key: string,
    value: Uint8Array,
    ttlMs: number,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    this.#assertValueTtl(ttlMs);
    return this.#create(key, value, { ttlMs, rollup: this.#keepsHistory }, options);
  }

  /**
   * First as if the log had no message of the key. If it has one, that may be a marker: then over exactly that marker.
   */
  async #create(
    key: string,
    value: Uint8Array,
    expiry: Pick<WriteIntent, 'ttlMs' | 'rollup'>,
    options?: KvRequestOptions,
  ): Promise<VersionToken> {
    const { bucket, leaderReader } = this.#parts;
    let expected = 0n;
    for (let round = 0; round < MAX_CREATE_ROUNDS; round++) {
      try {
        return await this.#write(key, value, { what: 'create', expected, ...expiry }, options);
      } catch (error) {
        if (!SlipstreamError.is(error, 'REVISION_MISMATCH')) throw error;
      }
      const last = await leaderReader.entry(key, options);
      if (last?.kind === 'put') {
        throw new SlipstreamError(
          'ALREADY_EXISTS',
          `bucket ${bucket}: create ${key}: the key exists at revision ${last.version.revision}`,
        );
      }
      expected = last?.version.revision ?? 0n;
    }
    throw new SlipstreamError(
      'UNAVAILABLE',
      `bucket ${bucket}: create ${key}: other writers changed the key during each of ${MAX_CREATE_ROUNDS} attempts`,
    );
  }

  async #write(
    key: string,
    value: Uint8Array,
    intent: WriteIntent,
    options: KvRequestOptions = {},
  ): Promise<VersionToken> {
    const { bucket, api, subjects, lifetime } = this.#parts;
    lifetime.assertOpen();
    if (!(value instanceof Uint8Array)) throw new TypeError(`a value is a Uint8Array, not ${typeof value}`);
    const subject = subjects.published(key);
    const what = `bucket ${bucket}: ${intent.what} ${key}`;
    this.#assertAcknowledged(what);
    const header = writeHeaders(intent);
    const { signal } = options;
    const request = header === undefined ? { what, signal } : { what, signal, headers: header };
    try {
      const { seq } = await api.publish(subject, value, request);
      return VersionToken.fromRevision(seq);
    } catch (error) {
      throw isNoResponders(error) ? await this.#explainNoResponders(key, what, signal, error) : error;
    }
  }

  /**
   * Why a write had no responders: the bucket is gone, its stream takes nothing from writers (it may only collect from
   * others), or it has no leader now.
   */
  async #explainNoResponders(
    key: string,
    what: string,
    signal: AbortSignal | undefined,
    cause: unknown,
  ): Promise<unknown> {
    const { api, subjects } = this.#parts;
    const { config } = await api.streamInfo(subjects.stream, { what, signal });
    if (config.mirror !== undefined || subjectMatches(config.subjects ?? [], subjects.stored(key)))
      return cause;
    return new SlipstreamError(
      'UNSUPPORTED',
      `${what}: the stream ${subjects.stream} does not take its subject`,
      {
        cause,
        hint: 'The bucket is filled from elsewhere, such as from other streams: write to those.',
      },
    );
  }

  /** Without an acknowledgement a write has no revision, and nothing says whether it took effect. */
  #assertAcknowledged(what: string): void {
    const { config, subjects } = this.#parts;
    if (config.no_ack !== true) return;
    throw new SlipstreamError(
      'UNSUPPORTED',
      `${what}: the stream ${subjects.stream} does not acknowledge writes (no_ack)`,
      { hint: 'Set no_ack to false in the configuration of the stream, and open the bucket again.' },
    );
  }

  /** @throws `REVISION_MISMATCH` for a version that no update of this source can have. */
  #revision(key: string, what: string, expected: VersionToken): bigint {
    const { revision } = expected;
    if (revision !== undefined && revision > 0n) return revision;
    this.#parts.lifetime.assertOpen();
    this.#parts.subjects.published(key);
    throw new SlipstreamError(
      'REVISION_MISMATCH',
      `bucket ${this.#parts.bucket}: ${what} ${key}: the expected version cannot belong to this bucket`,
    );
  }

  #assertTtl(option: string, ttlMs: number): void {
    if (!(Number.isFinite(ttlMs) && ttlMs >= SHORTEST_MESSAGE_TTL_MS)) {
      throw new RangeError(
        `${option} must be at least ${SHORTEST_MESSAGE_TTL_MS} ms (the server counts whole seconds), not ${ttlMs}`,
      );
    }
    if (this.#parts.config.allow_msg_ttl === true) return;
    throw new SlipstreamError('UNSUPPORTED', `bucket ${this.#parts.bucket} does not allow ${option}`, {
      hint: 'Create the bucket with allowTtl or markerTtlMs, on nats-server 2.11 or newer.',
    });
  }

  /**
   * Where a key has several messages, the server silently keeps a value for longer than the marker of the one before, as
   * it could not leave another marker.
   */
  #assertValueTtl(ttlMs: number): void {
    this.#assertTtl('ttlMs', ttlMs);
    const leastMs = durationMs(this.#parts.config.subject_delete_marker_ttl) ?? 0;
    if (!this.#keepsHistory || ttlMs >= leastMs) return;
    throw new SlipstreamError(
      'UNSUPPORTED',
      `bucket ${this.#parts.bucket}: with its history, no value can expire before markerTtlMs (${leastMs} ms); asked ${ttlMs}`,
      {
        hint: 'Choose a longer time to live, or create the bucket with history: 1 or a shorter markerTtlMs.',
      },
    );
  }

  /** Whether a key can have more than one message: an older one would come back when the last one expires. */
  get #keepsHistory(): boolean {
    return this.#parts.config.max_msgs_per_subject !== 1;
  }
}

/** The headers of a write; `undefined` for a plain put, which travels without any. */
function writeHeaders({ operation, rollup, expected, ttlMs }: WriteIntent): MsgHdrs | undefined {
  if (operation === undefined && expected === undefined && ttlMs === undefined) return undefined;
  const header = headers();
  if (operation !== undefined) header.set('KV-Operation', operation);
  if (rollup === true) header.set('Nats-Rollup', 'sub');
  if (expected !== undefined) header.set('Nats-Expected-Last-Subject-Sequence', String(expected));
  // The server counts whole seconds: rounded up, so that nothing expires early.
  if (ttlMs !== undefined) header.set('Nats-TTL', `${Math.ceil(ttlMs / 1_000)}s`);
  return header;
}
