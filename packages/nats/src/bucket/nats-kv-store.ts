import {
  type KvCapabilities,
  type KvLimits,
  type KvPurger,
  type KvReader,
  type KvRequestOptions,
  type KvStatus,
  type KvStore,
  type KvTtlWriter,
  type KvWatcher,
  type KvWriter,
  ResourceScope,
} from '@slipstream/core';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';
import { durationMs, limitOf, SHORTEST_MESSAGE_TTL_MS, serverTimeMs } from '../jetstream/stream-facts.js';
import type { NatsContext } from '../nats-context.js';
import { NatsWatcher } from '../watch/nats-watcher.js';
import type { ResolvedBucketOptions } from './bucket-options.js';
import { BucketSubjects } from './bucket-subjects.js';
import type { NatsConfigDrift } from './config-drift.js';
import { NatsReader } from './nats-reader.js';
import { NatsWriter } from './nats-writer.js';
import type { OpenedStream } from './open-stream.js';

/** A NATS KV bucket as a source: the stream `KV_<bucket>`, its keys below `$KV.<bucket>.`. */
export class NatsKvStore implements KvStore {
  readonly name: string;
  readonly capabilities: KvCapabilities;
  readonly reader: Required<KvReader>;
  readonly watcher: Required<KvWatcher>;
  readonly writer: KvWriter;
  readonly purger: KvPurger;
  /** Present when the bucket leaves a marker where a value expires; otherwise no watch could see it. */
  readonly ttl: KvTtlWriter | undefined;
  /**
   * What was asked for and the live bucket does not have. A bucket that exists is reported, never changed.
   */
  readonly configDrift: readonly NatsConfigDrift[];

  readonly #context: NatsContext;
  readonly #subjects: BucketSubjects;
  readonly #lifetime: ResourceScope;
  readonly #leave: () => void;

  private constructor(context: NatsContext, options: ResolvedBucketOptions, { info, drift }: OpenedStream) {
    const { name, keyCodec, reads, heartbeatMs } = options;
    const { api, domain } = context;
    const { config } = info;
    this.name = name;
    this.configDrift = drift;
    this.#context = context;
    this.#lifetime = new ResourceScope(`bucket ${name}`);
    this.#subjects = new BucketSubjects(name, keyCodec, config, domain);

    const shared = { bucket: name, api, subjects: this.#subjects, lifetime: this.#lifetime };
    const watcher = new NatsWatcher({ ...shared, context, heartbeatMs });
    const leaderReader = new NatsReader({ ...shared, watcher, nearest: false });
    const nearest = reads === 'nearest' && config.allow_direct === true;
    const writer = new NatsWriter({ ...shared, leaderReader, config });
    this.watcher = watcher;
    this.reader = nearest ? new NatsReader({ ...shared, watcher, nearest }) : leaderReader;
    this.writer = writer;
    this.purger = writer;
    const hasMarkers = durationMs(config.subject_delete_marker_ttl) !== undefined;
    this.ttl = config.allow_msg_ttl === true && hasMarkers ? writer : undefined;
    this.capabilities = Object.freeze({
      watch: true,
      write: true,
      purge: true,
      ttl: this.ttl !== undefined,
      bookmarks: true,
      epochs: true,
    });
    this.#leave = context.buckets.attach(this);
  }

  /** @internal */
  static open(context: NatsContext, options: ResolvedBucketOptions, stream: OpenedStream): NatsKvStore {
    return new NatsKvStore(context, options, stream);
  }

  async status(options: KvRequestOptions = {}): Promise<KvStatus> {
    this.#lifetime.assertOpen();
    const request = { what: `bucket ${this.name}: status`, signal: options.signal };
    return streamStatus(await this.#context.api.streamInfo(this.#subjects.stream, request));
  }

  async close(): Promise<void> {
    this.#leave();
    await this.#lifetime.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function streamStatus(info: StreamInfo): KvStatus {
  const { state, created, config } = info;
  const lastRevision = BigInt(state.last_seq);
  return {
    // An empty stream reports 0 when it never had a message.
    firstRevision: state.messages === 0 ? lastRevision + 1n : BigInt(state.first_seq),
    lastRevision,
    epoch: created,
    messages: state.messages,
    keys: state.num_subjects ?? 0,
    at: serverTimeMs(info),
    bytes: state.bytes,
    limits: streamLimits(config),
  };
}

function streamLimits(config: StreamConfig): KvLimits {
  return {
    // A stream that another program created may keep every version.
    history: limitOf(config.max_msgs_per_subject) ?? Number.POSITIVE_INFINITY,
    maxBytes: limitOf(config.max_bytes),
    maxAgeMs: durationMs(config.max_age),
    maxValueBytes: limitOf(config.max_msg_size),
    discard: config.discard ?? 'old',
    markerTtlMs: durationMs(config.subject_delete_marker_ttl),
    // Any writer may give a marker a time to live of its own.
    shortestMarkerTtlMs: config.allow_msg_ttl === true ? SHORTEST_MESSAGE_TTL_MS : undefined,
  };
}
