import type { Msg } from '@nats-io/nats-core';
import {
  abortedError,
  closedError,
  Mutex,
  type Resource,
  type ResourceScope,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  type WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import type { BucketSubjects } from '../bucket/bucket-subjects.js';
import type { AckSubjectReader } from '../jetstream/ack-subject.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import { updateKind } from '../jetstream/message-headers.js';
import type { NatsContext } from '../nats-context.js';
import { ChunkQueue } from './chunk-queue.js';
import { nothingLostWhileIdle } from './idle-proof.js';
import { type Heartbeat, PushConsumer, type PushConsumerSink } from './push-consumer.js';
import { assertResumable, resumePosition } from './resume-check.js';
import { ValueSlab } from './value-slab.js';

/** What a watch needs from its bucket. */
export interface NatsWatchParts {
  readonly bucket: string;
  readonly context: NatsContext;
  readonly subjects: BucketSubjects;
  readonly lifetime: ResourceScope;
  readonly heartbeatMs: number;
}

/** What is watched. */
export interface NatsWatchOptions {
  readonly scope: WatchScope;
  readonly resume: WatchCursor;
  /** A cursor below the retained window begins at the window. */
  readonly afterGap: boolean;
  /** Values are not transferred. */
  readonly headersOnly: boolean;
  readonly signal: AbortSignal | undefined;
}

const NO_BYTES = new Uint8Array(0);
const ENDED: IteratorResult<WatchChunk, undefined> = { done: true, value: undefined };

/** One watch, from its first `next()` to its end. */
export class NatsWatch implements AsyncIterator<WatchChunk, undefined>, PushConsumerSink, Resource {
  readonly #parts: NatsWatchParts;
  readonly #options: NatsWatchOptions;
  readonly #turns = new Mutex();
  readonly #values = new ValueSlab();
  readonly #queue: ChunkQueue;
  readonly #attaching = new AbortController();
  #consumer: PushConsumer | undefined;
  #isExact = false;
  #isAttached = false;
  #isProving = false;
  #epoch = '';
  /** The head of the log when the watch began. */
  #target = 0;
  /** The last sequence that arrived. A server may deliver one twice when it was written during the attach. */
  #arrived = 0;
  #failure: Error | undefined;
  #ending: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #detach: () => void = () => undefined;

  constructor(parts: NatsWatchParts, options: NatsWatchOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#queue = new ChunkQueue({
      answerFlowControl: (subject) => this.#consumer?.answerFlowControl(subject),
    });
  }

  next(): Promise<IteratorResult<WatchChunk, undefined>> {
    return this.#turns.run(() => this.#next());
  }

  async return(): Promise<IteratorResult<WatchChunk, undefined>> {
    await this.#end();
    return ENDED;
  }

  /** Ends the watch because its bucket closes: a pending `next()` rejects with `CLOSED`. */
  async close(): Promise<void> {
    this.#interrupt(closedError(`bucket ${this.#parts.bucket}`));
    await this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  delivered(message: Msg, headers: Uint8Array | undefined, ack: AckSubjectReader): void {
    const { streamSequence } = ack;
    if (streamSequence <= this.#arrived) return;
    this.#arrived = streamSequence;
    this.#queue.advance(streamSequence, ack.timestampMs, ack.pending);
    const key = headers === undefined ? undefined : this.#parts.subjects.key(message.subject);
    if (headers !== undefined && key !== undefined && (this.#isExact || this.#options.scope.includes(key))) {
      const kind = headers.length === 0 ? 'put' : updateKind(headers);
      const value = kind === 'put' ? this.#values.copy(message.data) : NO_BYTES;
      this.#queue.push({ kind, key, value, version: VersionToken.fromRevision(streamSequence) });
    }
    this.#wakeUp();
  }

  heartbeat({ streamSequence, isStalled }: Heartbeat): void {
    if (isStalled || !this.#isAttached) return;
    // Keys can vanish before they are delivered, and then no delivery says that nothing is pending.
    if (streamSequence >= this.#target) {
      this.#queue.caughtUp();
      this.#wakeUp();
    }
    if (streamSequence > (this.#queue.revision ?? 0)) void this.#proveIdle(streamSequence);
  }

  flowControl(subject: string): void {
    this.#queue.holdFlowControl(subject);
  }

  failed(error: Error): void {
    this.#failure ??= error;
    this.#wakeUp();
  }

  async #next(): Promise<IteratorResult<WatchChunk, undefined>> {
    if (this.#ending !== undefined && this.#failure === undefined) return ENDED;
    try {
      if (!this.#isAttached) await this.#attach();
      for (;;) {
        const chunk = this.#queue.take();
        if (chunk !== undefined) return { done: false, value: chunk };
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#ending !== undefined) return ENDED;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } catch (error) {
      const failure = this.#failure ?? error;
      this.#failure = undefined;
      await this.#end();
      throw failure;
    }
  }

  /**
   * Looks at the log, attaches, and looks again: the server clamps a start that it no longer has, and its
   * floor may move, or the whole bucket go, between any two requests.
   */
  async #attach(): Promise<void> {
    const { bucket, context, subjects, lifetime, heartbeatMs } = this.#parts;
    const { scope, afterGap, headersOnly } = this.#options;
    this.#enter(lifetime);
    const filter = subjects.filter(scope);
    this.#isExact = filter.isExact;

    const before = await this.#streamInfo();
    const resume = resumePosition(bucket, this.#options, before);
    const revision = resume.isNone ? undefined : Number(resume.revision);
    this.#target = before.state.last_seq;
    this.#arrived = revision ?? 0;
    this.#epoch = before.created;
    this.#queue.begin(before.created, resume);

    this.#consumer = new PushConsumer(
      context,
      {
        bucket,
        stream: subjects.stream,
        subjects: filter.subjects,
        startSequence: revision === undefined ? undefined : revision + 1,
        headersOnly,
        heartbeatMs,
      },
      this,
    );
    const pending = await this.#consumer.create(`bucket ${bucket}: watch`, this.#attaching.signal);

    const after = await this.#streamInfo();
    if (!resume.isNone && !afterGap) assertResumable(bucket, resume, after);
    if (after.created !== before.created) {
      throw new SlipstreamError('WATCH_FAILED', `bucket ${bucket}: it was made anew while a watch attached`);
    }
    if (pending === 0) this.#startAtHead(before);
    this.#isAttached = true;
  }

  /**
   * The new consumer has nothing to deliver, so nothing in scope lies below the head as it was before: what
   * came later is delivered. A consumer of a replicated stream may live with a replica that lags behind that
   * head, and proves nothing.
   */
  #startAtHead(before: StreamInfo): void {
    if (before.config.num_replicas === 1) this.#queue.claim(before.state.last_seq, serverTime(before));
    if (this.#queue.isEmpty) this.#queue.caughtUp();
  }

  /** Moves the cursor of an idle scope to `sequence`, which a heartbeat named, if that can be proved. */
  async #proveIdle(sequence: number): Promise<void> {
    if (this.#isProving) return;
    this.#isProving = true;
    const { context, heartbeatMs } = this.#parts;
    const { revision: position, at: before } = this.#queue;
    const heardAt = context.clock.now();
    try {
      const info = await this.#streamInfo();
      if (info.created !== this.#epoch || !nothingLostWhileIdle({ position, info })) return;
      // The server's time when it sent the heartbeat, and one more off, so that it is never too late.
      const at = serverTime(info) - (context.clock.now() - heardAt) - heartbeatMs;
      this.#queue.bookmark(sequence, Math.max(before, at));
      this.#wakeUp();
    } catch {
      // A bookmark is no necessity: the next heartbeat tries again, and what is wrong ends the watch itself.
    } finally {
      this.#isProving = false;
    }
  }

  /** Becomes part of the bucket and listens to the signal. */
  #enter(lifetime: ResourceScope): void {
    const { signal } = this.#options;
    const what = `bucket ${this.#parts.bucket}: watch`;
    if (signal?.aborted) throw abortedError(signal, what);
    const leave = lifetime.attach(this);
    const onAbort = (): void => {
      if (signal !== undefined) this.#interrupt(abortedError(signal, what));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#detach = () => {
      leave();
      signal?.removeEventListener('abort', onAbort);
    };
  }

  #streamInfo(): Promise<StreamInfo> {
    const { bucket, context, subjects } = this.#parts;
    const what = `bucket ${bucket}: watch`;
    return context.api.streamInfo(subjects.stream, { what, signal: this.#attaching.signal });
  }

  /** Ends at once: what has arrived is not handed over any more. */
  #interrupt(error: Error): void {
    if (this.#ending !== undefined) return;
    this.#failure = error;
    this.#queue.clear();
    this.#attaching.abort(error);
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#wake = undefined;
    wake();
  }

  #end(): Promise<void> {
    this.#ending ??= this.#release();
    return this.#ending;
  }

  async #release(): Promise<void> {
    this.#detach();
    this.#attaching.abort();
    this.#wakeUp();
    await this.#consumer?.delete();
  }
}

/** The server's clock at its answer, in milliseconds since 1970. */
function serverTime({ ts }: StreamInfo): number {
  return Date.parse(ts);
}
