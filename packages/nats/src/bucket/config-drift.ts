import { isDeepStrictEqual } from 'node:util';
import type { StreamConfig } from '../jetstream/jetstream-types.js';
import { durationMs, limitOf } from '../jetstream/stream-facts.js';
import type { NatsBucketConfig } from './bucket-options.js';
import { streamName } from './stream-config.js';

/** An option that was asked for, and what the bucket has instead. */
export interface NatsConfigDrift {
  readonly option: keyof NatsBucketConfig;
  readonly asked: unknown;
  readonly actual: unknown;
}

/** Which of the options that were given the live bucket does not have. Options not given are not compared. */
export function configDrift(asked: NatsBucketConfig, stream: StreamConfig): readonly NatsConfigDrift[] {
  const actual = bucketConfig(stream);
  const drift: NatsConfigDrift[] = [];
  for (const option of Object.keys(actual) as (keyof NatsBucketConfig)[]) {
    if (asked[option] === undefined || same(option, asked[option], actual[option])) continue;
    drift.push(Object.freeze({ option, asked: asked[option], actual: actual[option] }));
  }
  return Object.freeze(drift);
}

/** The options with which a bucket would have this stream. */
function bucketConfig(stream: StreamConfig): Record<keyof NatsBucketConfig, unknown> {
  return {
    storage: stream.storage,
    history: stream.max_msgs_per_subject,
    maxAgeMs: durationMs(stream.max_age),
    maxBytes: limitOf(stream.max_bytes),
    maxValueBytes: limitOf(stream.max_msg_size),
    replicas: stream.num_replicas,
    discard: stream.discard,
    markerTtlMs: durationMs(stream.subject_delete_marker_ttl),
    allowTtl: stream.allow_msg_ttl ?? false,
    description: stream.description,
    placement: stream.placement,
    compression: stream.compression === 's2',
    mirror: stream.mirror,
    metadata: stream.metadata,
  };
}

function same(option: keyof NatsBucketConfig, asked: unknown, actual: unknown): boolean {
  switch (option) {
    case 'mirror':
      return sameMirror(asked as NatsBucketConfig['mirror'], actual as StreamConfig['mirror']);
    // The server leaves out what is empty.
    case 'description':
      return asked === (actual ?? '');
    case 'placement':
      return isDeepStrictEqual(placement(asked as Placement), placement(actual as Placement));
    // The server adds entries of its own.
    case 'metadata':
      return Object.entries(asked as Record<string, string>).every(
        ([key, value]) => (actual as Record<string, string> | undefined)?.[key] === value,
      );
    default:
      return isDeepStrictEqual(asked, actual);
  }
}

type Placement = NatsBucketConfig['placement'];

function placement({
  cluster = '',
  tags = [],
}: NonNullable<Placement> = {}): Required<NonNullable<Placement>> {
  return { cluster, tags };
}

function sameMirror(asked: NatsBucketConfig['mirror'], actual: StreamConfig['mirror']): boolean {
  if (asked === undefined || actual === undefined) return asked === actual;
  const api = asked.domain === undefined ? undefined : `$JS.${asked.domain}.API`;
  return streamName(asked.bucket) === actual.name && api === actual.external?.api;
}
