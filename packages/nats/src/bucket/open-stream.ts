import { SlipstreamError } from '@slipstream/core';
import { assertServerVersion } from '../connection/server-version.js';
import { isJetStreamError, jetStreamErrorCode } from '../jetstream/jetstream-error-code.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import type { NatsContext } from '../nats-context.js';
import { isNoResponders } from '../nats-errors.js';
import type { ResolvedBucketOptions } from './bucket-options.js';
import { configDrift, type NatsConfigDrift } from './config-drift.js';
import { streamConfig, streamName } from './stream-config.js';

/** A bucket's stream, and how it differs from what was asked. */
export interface OpenedStream {
  readonly info: StreamInfo;
  readonly drift: readonly NatsConfigDrift[];
}

/**
 * Finds the stream of a bucket, and creates it when it is missing and that was asked for. The client's own `create`
 * ignores the options when the bucket exists, and its `open` does not check whether it does.
 */
export async function openStream(
  context: NatsContext,
  options: ResolvedBucketOptions,
  signal: AbortSignal | undefined,
): Promise<OpenedStream> {
  const { name, config } = options;
  try {
    const info = (await findStream(context, name, signal)) ?? (await createStream(context, options, signal));
    assertCountable(name, info);
    return { info, drift: configDrift(config, info.config) };
  } catch (error) {
    throw isNoResponders(error) ? jetStreamMissing(context, name, error) : error;
  }
}

async function findStream(
  { api }: NatsContext,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<StreamInfo | undefined> {
  try {
    return await api.streamInfo(streamName(bucket), { what: `bucket ${bucket}`, signal });
  } catch (error) {
    if (isJetStreamError(error, jetStreamErrorCode.StreamNotFound)) return undefined;
    throw error;
  }
}

async function createStream(
  context: NatsContext,
  { name, create, config }: ResolvedBucketOptions,
  signal: AbortSignal | undefined,
): Promise<StreamInfo> {
  if (!create) {
    throw new SlipstreamError('NOT_FOUND', `bucket ${name} does not exist`, {
      hint: 'Create it, or open it with create: true.',
    });
  }
  // An older server would ignore the fields that it does not know.
  if (config.allowTtl === true || config.markerTtlMs !== undefined) {
    assertServerVersion(context.connection, [2, 11], `bucket ${name}: a bucket with TTLs`);
  }
  const what = `bucket ${name}: creating it`;
  try {
    return await context.api.createStream(streamConfig(name, config), { what, signal });
  } catch (error) {
    if (!isJetStreamError(error, jetStreamErrorCode.StreamNameExists)) throw error;
    // Another client created it in between with another configuration: that is drift, not a failure.
    return await context.api.streamInfo(streamName(name), { what, signal });
  }
}

/** Numbers past that are not exact. No bucket is written that often, but a stream may begin there (`first_seq`). */
function assertCountable(bucket: string, { state }: StreamInfo): void {
  if (state.last_seq < Number.MAX_SAFE_INTEGER) return;
  throw new SlipstreamError(
    'UNSUPPORTED',
    `bucket ${bucket}: its revisions have reached ${state.last_seq}; they are exact only up to 2^53`,
    { hint: 'Re-create the bucket with a lower first_seq.' },
  );
}

/** JetStream does not answer: for good when the server reports that it has none, else for now. */
function jetStreamMissing({ connection, domain }: NatsContext, bucket: string, cause: unknown): unknown {
  if (domain !== undefined) {
    return new SlipstreamError('UNAVAILABLE', `bucket ${bucket}: no JetStream of domain ${domain} answers`, {
      cause,
      hint: 'Check the domain, and that its servers are connected to this one.',
    });
  }
  if (connection.info?.jetstream === true) return cause;
  return new SlipstreamError('UNSUPPORTED', `bucket ${bucket}: JetStream is not enabled on this server`, {
    cause,
    hint: 'Start nats-server with JetStream (-js).',
  });
}
