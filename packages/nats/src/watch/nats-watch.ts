import {
  abortedError,
  closedError,
  Mutex,
  type Resource,
  type ResourceScope,
  type WatchChunk,
  type WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import type { BucketSubjects } from '../bucket/bucket-subjects.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import { isReplicated } from '../jetstream/stream-facts.js';
import type { NatsContext } from '../nats-context.js';
import { ChunkQueue } from './chunk-queue.js';
import { ProgressPoll } from './progress-poll.js';
import { PushConsumer } from './push-consumer.js';
import type { PushConsumerOptions } from './push-consumer-config.js';
import { assertResumable, resumePosition } from './resume-check.js';
import { WatchDelivery } from './watch-delivery.js';
import { WatchedLog } from './watched-log.js';

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
  /** A cursor below the retained window starts at the window. */
  readonly afterGap: boolean;
  /** Values are not transferred. */
  readonly headersOnly: boolean;
  readonly signal: AbortSignal | undefined;
}

const ENDED: IteratorResult<WatchChunk, undefined> = { done: true, value: undefined };

/** One watch, from its first `next()` to its end. */
export class NatsWatch implements AsyncIterator<WatchChunk, undefined>, Resource {
  readonly #parts: NatsWatchParts;
  readonly #options: NatsWatchOptions;
  readonly #turns = new Mutex();
  readonly #queue: ChunkQueue;
  readonly #log: WatchedLog;
  readonly #attaching = new AbortController();
  #consumer: PushConsumer | undefined;
  #delivery: WatchDelivery | undefined;
  #poll: ProgressPoll | undefined;
  #isAttached = false;
  #failure: Error | undefined;
  #ending: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #detach: () => void = () => undefined;

  constructor(parts: NatsWatchParts, options: NatsWatchOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#log = new WatchedLog({
      bucket: parts.bucket,
      stream: parts.subjects.stream,
      context: parts.context,
      signal: this.#attaching.signal,
      onRecreated: (error) => this.#fail(error),
    });
    this.#queue = new ChunkQueue({
      answerFlowControl: (subject) => {
        this.#consumer?.answerFlowControl(subject);
        this.#delivery?.released();
      },
      keyOf: (tokens) => parts.subjects.keyOfTokens(tokens),
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
      const ending = this.#end();
      // The peer of a watch that broke may be dead: a caller that waits to re-attach does not wait for it.
      if (!this.#isAttached) await ending;
      throw failure;
    }
  }

  /**
   * Looks at the log, attaches, and looks again: the server clamps a start that it no longer has, and between any two
   * requests its floor may move or the bucket be deleted.
   */
  async #attach(): Promise<void> {
    const { bucket, context, lifetime } = this.#parts;
    this.#enter(lifetime);
    const { signal } = this.#attaching;
    const before = await this.#log.readAtAttach();
    const start = resumePosition(bucket, this.#options, before);
    this.#queue.begin(before.created, start);
    const delivery = this.#createDelivery(start, before);
    this.#delivery = delivery;
    const consumer = new PushConsumer(context, this.#consumerOptions(start), delivery);
    this.#consumer = consumer;
    this.#poll = new ProgressPoll({ consumer, delivery, log: this.#log, clock: context.clock, signal });
    const pending = await consumer.create(`bucket ${bucket}: watch`, signal);

    const after = await this.#log.readAtAttach();
    if (!start.isNone && !this.#options.afterGap) assertResumable(bucket, start, after);
    this.#log.assertSame(after);
    delivery.attached(after);
    if (isReplicated(before.config)) void this.#poll.followReplica(before);
    else if (pending === 0) delivery.startAtHead();
    this.#isAttached = true;
  }

  #createDelivery(start: WatchCursor, log: StreamInfo): WatchDelivery {
    const { bucket, context, subjects } = this.#parts;
    const { scope, afterGap } = this.#options;
    return new WatchDelivery({
      bucket,
      subjects,
      scope: subjects.filter(scope).isExact ? undefined : scope,
      start,
      afterGap,
      log,
      maxPayload: context.connection.info?.max_payload ?? Number.POSITIVE_INFINITY,
      clock: context.clock,
      queue: this.#queue,
      signal: this.#attaching.signal,
      readLog: () => this.#log.read(),
      onArrival: () => this.#wakeUp(),
      onFailure: (error) => this.#fail(error),
      onOpenBatch: (batch) => void this.#poll?.settle(batch),
    });
  }

  #consumerOptions(start: WatchCursor): PushConsumerOptions {
    const { bucket, subjects, heartbeatMs } = this.#parts;
    const { scope, headersOnly } = this.#options;
    return {
      bucket,
      stream: subjects.stream,
      subjects: subjects.filter(scope).subjects,
      startSequence: start.isNone ? undefined : Number(start.revision) + 1,
      headersOnly,
      heartbeatMs,
    };
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

  /** Ends after what has arrived was handed over. */
  #fail(error: Error): void {
    if (this.#ending !== undefined) return;
    this.#failure ??= error;
    this.#wakeUp();
  }

  /** Ends at once: what has arrived is no longer handed over. */
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
