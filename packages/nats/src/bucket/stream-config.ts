import type { StreamConfig } from '../jetstream/jetstream-types.js';
import { NANOSECONDS_PER_MS } from '../jetstream/stream-facts.js';
import type { NatsBucketConfig } from './bucket-options.js';

const UNLIMITED = -1;

/** The name of a bucket's stream. */
export function streamName(bucket: string): string {
  return `KV_${bucket}`;
}

/** What precedes each key of a bucket in its subject. */
export function subjectPrefix(bucket: string): string {
  return `$KV.${bucket}.`;
}

/** The configuration of a bucket's stream, after NATS's own rules for KV buckets (ADR-8). */
export function streamConfig(bucket: string, config: NatsBucketConfig): StreamConfig {
  const { maxAgeMs = 0, markerTtlMs, mirror } = config;
  const ttl = markerTtlMs !== undefined || config.allowTtl === true;
  return {
    name: streamName(bucket),
    ...(config.description === undefined ? {} : { description: config.description }),
    ...(mirror === undefined ? { subjects: [`${subjectPrefix(bucket)}>`] } : mirrorConfig(mirror)),
    retention: 'limits',
    storage: config.storage ?? 'file',
    max_msgs_per_subject: config.history ?? 1,
    max_age: maxAgeMs * NANOSECONDS_PER_MS,
    max_bytes: config.maxBytes ?? UNLIMITED,
    max_msg_size: config.maxValueBytes ?? UNLIMITED,
    max_msgs: UNLIMITED,
    max_consumers: UNLIMITED,
    num_replicas: config.replicas ?? 1,
    discard: config.discard ?? 'new',
    compression: config.compression === true ? 's2' : 'none',
    ...(config.placement === undefined ? {} : { placement: config.placement }),
    ...(config.metadata === undefined ? {} : { metadata: config.metadata }),
    // A purge is a rollup of its subject.
    allow_rollup_hdrs: true,
    allow_direct: true,
    // No message can be deleted by itself: watches would not see it.
    deny_delete: true,
    ...(ttl ? { allow_msg_ttl: true } : {}),
    ...(markerTtlMs === undefined ? {} : { subject_delete_marker_ttl: markerTtlMs * NANOSECONDS_PER_MS }),
  };
}

function mirrorConfig(mirror: NonNullable<NatsBucketConfig['mirror']>): Partial<StreamConfig> {
  const { bucket, domain } = mirror;
  const external = domain === undefined ? {} : { external: { api: `$JS.${domain}.API` } };
  return { mirror: { name: streamName(bucket), ...external }, mirror_direct: true };
}
