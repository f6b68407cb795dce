import { assertDomain } from '../connection/nats-options.js';
import { SHORTEST_MESSAGE_TTL_MS } from '../jetstream/stream-facts.js';
import { base64KeyCodec, type KeyCodec, plainKeyCodec } from './key-codec.js';
import { streamName } from './stream-config.js';

/** How a bucket is created. A bucket that exists is never changed. */
export interface NatsBucketConfig {
  /** @defaultValue `file` */
  readonly storage?: 'file' | 'memory' | undefined;
  /** Versions kept per key, 1 to 64. @defaultValue 1 */
  readonly history?: number | undefined;
  /** How long a value is kept, in milliseconds. @defaultValue not limited */
  readonly maxAgeMs?: number | undefined;
  /** The bucket's size in bytes, as the server counts it. @defaultValue not limited */
  readonly maxBytes?: number | undefined;
  /** The longest value with its headers, in bytes. @defaultValue the server's own limit alone */
  readonly maxValueBytes?: number | undefined;
  /** Number of replicas, 1 to 5. @defaultValue 1 */
  readonly replicas?: number | undefined;
  /**
   * What happens at `maxBytes`: `new` refuses the write, `old` drops the oldest values. @defaultValue `new`:
   * a live value is never dropped silently
   */
  readonly discard?: 'new' | 'old' | undefined;
  /**
   * The server leaves a delete marker where a value expires, and keeps it this long, in milliseconds (whole
   * seconds, from 1,000). Makes `ttl` available. Needs nats-server 2.11. @defaultValue no such markers
   */
  readonly markerTtlMs?: number | undefined;
  /** Allows purge markers that expire. Implied by `markerTtlMs`. Needs nats-server 2.11. @defaultValue false */
  readonly allowTtl?: boolean | undefined;
  readonly description?: string | undefined;
  /** Where in a cluster the bucket may live. */
  readonly placement?: { readonly cluster?: string; readonly tags?: readonly string[] } | undefined;
  /** Compresses what is stored (S2). @defaultValue false */
  readonly compression?: boolean | undefined;
  /** Makes the bucket a mirror of another one, of this or another domain. Writes go to the origin. */
  readonly mirror?: { readonly bucket: string; readonly domain?: string } | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** How a bucket is opened. */
export interface NatsBucketOptions {
  /** Creates the bucket when it is missing. @defaultValue true */
  readonly create?: boolean | undefined;
  readonly config?: NatsBucketConfig | undefined;
  /**
   * `base64`: keys may be any text; each token is stored as base64url of its UTF-8. Every program that uses
   * the bucket has to agree on it. @defaultValue keys as they are
   */
  readonly keyCodec?: 'base64' | undefined;
  /**
   * Who answers `get` and `entry`: the stream's leader, which has every acknowledged write, or the nearest
   * replica, which may lag behind it. Only a leader read can decide that a key is gone. A bucket that
   * does not allow direct reads is read from its leader. @defaultValue `leader`
   */
  readonly reads?: 'leader' | 'nearest' | undefined;
  /**
   * How often the server sends a heartbeat on an idle watch, in milliseconds, from 100. A watch that hears nothing for two
   * heartbeats asks the server once, and fails without an answer: by default, a silent server is noticed within 6 s. Time in
   * which this process itself was suspended does not count. @defaultValue 2 000
   */
  readonly heartbeatMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of a bucket with the defaults filled in. */
export interface ResolvedBucketOptions {
  readonly name: string;
  readonly create: boolean;
  readonly config: NatsBucketConfig;
  readonly keyCodec: KeyCodec;
  readonly reads: 'leader' | 'nearest';
  readonly heartbeatMs: number;
}

const DEFAULT_HEARTBEAT_MS = 2_000;
const MIN_HEARTBEAT_MS = 100;
const MAX_HISTORY = 64;
const MAX_REPLICAS = 5;
const bucketName = /^[-\w]+$/;
/** The server takes names of streams of up to 255 characters. */
const MAX_NAME_LENGTH = 255 - streamName('').length;

/** @throws {TypeError} | {RangeError} naming the option and its value. */
export function resolveBucketOptions(name: string, options: NatsBucketOptions): ResolvedBucketOptions {
  assertBucketName('a bucket name', name);
  const {
    create = true,
    config = {},
    keyCodec,
    reads = 'leader',
    heartbeatMs = DEFAULT_HEARTBEAT_MS,
  } = options;
  assertOneOf('reads', reads, ['leader', 'nearest']);
  assertOneOf('keyCodec', keyCodec, ['base64', undefined]);
  assertWhole('heartbeatMs', heartbeatMs, MIN_HEARTBEAT_MS);
  assertConfig(config);
  return Object.freeze({
    name,
    create,
    config: Object.freeze({ ...config }),
    keyCodec: keyCodec === 'base64' ? base64KeyCodec : plainKeyCodec,
    reads,
    heartbeatMs,
  });
}

function assertConfig(config: NatsBucketConfig): void {
  assertOneOf('config.storage', config.storage, ['file', 'memory', undefined]);
  assertOneOf('config.discard', config.discard, ['new', 'old', undefined]);
  assertWhole('config.history', config.history, 1, MAX_HISTORY);
  assertWhole('config.replicas', config.replicas, 1, MAX_REPLICAS);
  assertWhole('config.maxAgeMs', config.maxAgeMs, 1);
  assertWhole('config.maxBytes', config.maxBytes, 1);
  assertWhole('config.maxValueBytes', config.maxValueBytes, 1);
  assertWhole('config.markerTtlMs', config.markerTtlMs, SHORTEST_MESSAGE_TTL_MS);
  if (config.mirror !== undefined) {
    assertBucketName('config.mirror.bucket', config.mirror.bucket);
    assertDomain('config.mirror.domain', config.mirror.domain);
  }
  if (config.allowTtl === false && config.markerTtlMs !== undefined) {
    throw new TypeError('config.allowTtl is false, but config.markerTtlMs needs it');
  }
}

function assertBucketName(what: string, name: string): void {
  if (typeof name !== 'string' || !bucketName.test(name)) {
    throw new TypeError(`${what} is made of a-z, A-Z, 0-9, - and _, not ${JSON.stringify(name)}`);
  }
  if (name.length > MAX_NAME_LENGTH) {
    throw new TypeError(`${what} has at most ${MAX_NAME_LENGTH} characters, not ${name.length}`);
  }
}

function assertOneOf<T>(option: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value)) {
    throw new TypeError(`${option} is one of ${allowed.filter(Boolean).join(', ')}, not ${String(value)}`);
  }
}

function assertWhole(option: string, value: number | undefined, min: number, max?: number): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && value >= min && value <= (max ?? value)) return;
  const range = max === undefined ? `from ${min}` : `from ${min} to ${max}`;
  throw new RangeError(`${option} is a whole number ${range}, not ${value}`);
}
