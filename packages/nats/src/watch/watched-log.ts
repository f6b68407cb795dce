import { SlipstreamError } from '@slipstream/core';
import type { StoredMessage, StreamInfo } from '../jetstream/jetstream-types.js';
import type { NatsContext } from '../nats-context.js';

/** What is needed to look at a log. */
export interface WatchedLogParts {
  readonly bucket: string;
  readonly stream: string;
  readonly context: NatsContext;
  readonly signal: AbortSignal;
  /** It is another log than the one that the watch began with. */
  readonly onMadeAnew: (error: SlipstreamError) => void;
}

/** A watch that hears nothing ends by itself; a server that is only slow may take its time. */
const LOOK_TIMEOUT_MS = 5_000;

/** The log of one watch, which is another one when its bucket is made anew. */
export class WatchedLog {
  readonly #parts: WatchedLogParts;
  #epoch: string | undefined;

  constructor(parts: WatchedLogParts) {
    this.#parts = parts;
  }

  /** Looks at the log of a watch that attaches. The first look says which log it is. */
  async read(): Promise<StreamInfo> {
    const { bucket, stream, context, signal } = this.#parts;
    const log = await context.api.streamInfo(stream, { what: `bucket ${bucket}: watch`, signal });
    this.#epoch ??= log.created;
    return log;
  }

  /** @throws `WATCH_FAILED` when the bucket was made anew before this look */
  assertSame({ created }: StreamInfo): void {
    if (created !== this.#epoch) throw madeAnew(this.#parts.bucket);
  }

  /** Looks at the log of a watch that is attached. @throws `WATCH_FAILED` when it was made anew */
  async look(): Promise<StreamInfo> {
    const { bucket, stream, context, signal, onMadeAnew } = this.#parts;
    const request = { what: `bucket ${bucket}: watch`, signal, timeoutMs: LOOK_TIMEOUT_MS };
    const log = await context.api.streamInfo(stream, request);
    if (log.created === this.#epoch) return log;
    const error = madeAnew(bucket);
    onMadeAnew(error);
    throw error;
  }

  /** The last message of `log`; `undefined` when it has gone. */
  head({ state }: StreamInfo): Promise<StoredMessage | undefined> {
    const { bucket, stream, context, signal } = this.#parts;
    const request = { what: `bucket ${bucket}: watch`, signal, timeoutMs: LOOK_TIMEOUT_MS };
    return context.api.message(stream, state.last_seq, request);
  }
}

function madeAnew(bucket: string): SlipstreamError {
  return new SlipstreamError('WATCH_FAILED', `bucket ${bucket}: it was made anew during a watch`);
}
