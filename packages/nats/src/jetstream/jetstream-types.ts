// The parts of JetStream's JSON that this package reads and writes, under the server's names. Durations are
// in nanoseconds; sequences are u64 that JSON.parse reads as numbers, exact up to 2^53.

/** A stream's configuration, as it is requested and as the server reports it. */
export interface StreamConfig {
  readonly name: string;
  readonly description?: string;
  readonly subjects?: readonly string[];
  readonly retention?: 'limits' | 'interest' | 'workqueue';
  readonly max_consumers?: number;
  readonly max_msgs?: number;
  readonly max_bytes?: number;
  readonly max_age?: number;
  readonly max_msgs_per_subject?: number;
  readonly max_msg_size?: number;
  readonly discard?: 'old' | 'new';
  readonly storage?: 'file' | 'memory';
  readonly num_replicas?: number;
  readonly compression?: 'none' | 's2';
  readonly placement?: { readonly cluster?: string; readonly tags?: readonly string[] };
  readonly mirror?: StreamSource;
  readonly mirror_direct?: boolean;
  readonly allow_rollup_hdrs?: boolean;
  readonly allow_direct?: boolean;
  /** The stream does not acknowledge what is published to it. */
  readonly no_ack?: boolean;
  readonly deny_delete?: boolean;
  readonly allow_msg_ttl?: boolean;
  readonly allow_atomic?: boolean;
  readonly subject_delete_marker_ttl?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Where a mirror gets its messages. */
interface StreamSource {
  readonly name: string;
  readonly external?: { readonly api: string; readonly deliver?: string };
}

/** The answer of `STREAM.INFO` and `STREAM.CREATE`. */
export interface StreamInfo {
  readonly config: StreamConfig;
  /** When the stream was created: the identity of its incarnation. */
  readonly created: string;
  /** The server's clock at the answer. */
  readonly ts: string;
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly num_subjects?: number;
    /** Messages per subject, when it was asked for. */
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

/** Part of what a stream has messages of. */
export interface SubjectPage {
  readonly subjects: readonly string[];
  /** Subjects on all pages together. */
  readonly total: number;
}

/** A push consumer as this package creates them. */
export interface ConsumerConfig {
  readonly name: string;
  readonly deliver_subject: string;
  readonly deliver_policy: 'last_per_subject' | 'by_start_sequence';
  readonly opt_start_seq?: number;
  readonly filter_subject?: string;
  readonly filter_subjects?: readonly string[];
  readonly ack_policy: 'none';
  readonly replay_policy: 'instant';
  readonly flow_control: true;
  readonly idle_heartbeat: number;
  readonly mem_storage: true;
  readonly num_replicas: 1;
  readonly headers_only?: boolean;
}

/** The answer of `CONSUMER.CREATE` and `CONSUMER.INFO`. */
export interface ConsumerInfo {
  readonly name: string;
  /** Messages that wait for delivery; at creation, before the first one went out. */
  readonly num_pending: number;
  /** Whether a subscription receives what it delivers; absent when there is none. */
  readonly push_bound?: boolean;
  readonly delivered: {
    readonly consumer_seq: number;
    /** The last sequence of the stream that the server has scanned for it. */
    readonly stream_seq: number;
  };
}

/** The answer of `STREAM.MSG.GET`. */
export interface StoredMessage {
  readonly subject: string;
  readonly seq: number;
  /** Base64; absent when there are none. */
  readonly hdrs?: string;
  /** Base64; absent when there is none. */
  readonly data?: string;
  readonly time: string;
}

/** The answer to a message published to a stream. */
export interface PublishAnswer {
  readonly stream: string;
  readonly seq: number;
}
