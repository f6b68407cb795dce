import { SlipstreamError } from '@slipstream/core';
import type { StoredMessage, StreamInfo } from '../jetstream/jetstream-types.js';
import type { NatsContext } from '../nats-context.js';

/** What a watched log is read with. */
export interface WatchedLogParts {
  readonly bucket: string;
  readonly stream: string;
  readonly context: NatsContext;
  readonly signal: AbortSignal;
  /** The log is not the one that the watch began with. */
  readonly onRecreated: (error: SlipstreamError) => void;
}

/** A watch that hears nothing ends by itself; a slow server is given time. */
const READ_TIMEOUT_MS = 5_000;

/** The log of one watch; a bucket that is re-created has another one. */
export class WatchedLog {
  readonly #parts: WatchedLogParts;
  #epoch: string | undefined;

  constructor(parts: WatchedLogParts) {
    this.#parts = parts;
  }

  /** The state of the log while the watch attaches. The first reading says which log it is. */
  async readAtAttach(): Promise<StreamInfo> {
    const { bucket, stream, context, signal } = this.#parts;
    const log = await context.api.streamInfo(stream, { what: `bucket ${bucket}: watch`, signal });
    this.#epoch ??= log.created;
    return log;
  }

  /** @throws `WATCH_FAILED` when the bucket was re-created before `log` was read */
  assertSame({ created }: StreamInfo): void {
    if (created !== this.#epoch) throw recreatedError(this.#parts.bucket);
  }

  /** The state of the log of an attached watch. @throws `WATCH_FAILED` when the bucket was re-created */
  async read(): Promise<StreamInfo> {
    const { bucket, stream, context, signal, onRecreated } = this.#parts;
    const request = { what: `bucket ${bucket}: watch`, signal, timeoutMs: READ_TIMEOUT_MS };
    const log = await context.api.streamInfo(stream, request);
    if (log.created === this.#epoch) return log;
    const error = recreatedError(bucket);
    onRecreated(error);
    throw error;
  }

  /** The last message of `log`; `undefined` when it has gone. */
  head({ state }: StreamInfo): Promise<StoredMessage | undefined> {
    const { bucket, stream, context, signal } = this.#parts;
    const request = { what: `bucket ${bucket}: watch`, signal, timeoutMs: READ_TIMEOUT_MS };
    return context.api.message(stream, state.last_seq, request);
  }
}

function recreatedError(bucket: string): SlipstreamError {
  return new SlipstreamError('WATCH_FAILED', `bucket ${bucket}: re-created while it was watched`);
}
