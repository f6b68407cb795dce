import {
  abortedError,
  closedError,
  Mutex,
  type Resource,
  type ResourceScope,
  SlipstreamError,
  sleep,
  type WatchChunk,
  type WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import type { BucketSubjects } from '../bucket/bucket-subjects.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import type { NatsContext } from '../nats-context.js';
import type { AtomicBatch } from './atomic-batch.js';
import { ChunkQueue } from './chunk-queue.js';
import { PushConsumer } from './push-consumer.js';
import { assertResumable, resumePosition } from './resume-check.js';
import { isSingle, WatchDelivery } from './watch-delivery.js';

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

/** A watch that hears nothing ends by itself; a server that is only slow may take its time. */
const LOOK_TIMEOUT_MS = 5_000;
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 1_000;
const ENDED: IteratorResult<WatchChunk, undefined> = { done: true, value: undefined };

/** One watch, from its first `next()` to its end. */
export class NatsWatch implements AsyncIterator<WatchChunk, undefined>, Resource {
  readonly #parts: NatsWatchParts;
  readonly #options: NatsWatchOptions;
  readonly #turns = new Mutex();
  readonly #queue: ChunkQueue;
  readonly #attaching = new AbortController();
  #consumer: PushConsumer | undefined;
  #delivery: WatchDelivery | undefined;
  #isAttached = false;
  #epoch = '';
  #failure: Error | undefined;
  #ending: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #detach: () => void = () => undefined;

  constructor(parts: NatsWatchParts, options: NatsWatchOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#queue = new ChunkQueue({
      answerFlowControl: (subject) => {
        this.#consumer?.answerFlowControl(subject);
        this.#delivery?.released();
      },
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
      // The peer of a watch that broke may be dead: whoever waits to attach anew does not wait for it.
      if (!this.#isAttached) await ending;
      throw failure;
    }
  }

  /**
   * Looks at the log, attaches, and looks again: the server clamps a start that it no longer has, and its
   * floor may move, or the whole bucket go, between any two requests.
   */
  async #attach(): Promise<void> {
    const { bucket, lifetime } = this.#parts;
    this.#enter(lifetime);
    const before = await this.#streamInfo();
    const start = resumePosition(bucket, this.#options, before);
    this.#epoch = before.created;
    this.#queue.begin(before.created, start);
    const delivery = this.#createDelivery(start, before);
    const pending = await this.#createConsumer(start, delivery);

    const after = await this.#streamInfo();
    if (!start.isNone && !this.#options.afterGap) assertResumable(bucket, start, after);
    if (after.created !== this.#epoch) throw this.#madeAnew();
    delivery.attached(after);
    if (!isSingle(before)) void this.#followReplica(delivery, before);
    else if (pending === 0) delivery.startAtHead();
    this.#isAttached = true;
  }

  #createDelivery(start: WatchCursor, log: StreamInfo): WatchDelivery {
    const { bucket, context, subjects } = this.#parts;
    const { scope, afterGap } = this.#options;
    const delivery: WatchDelivery = new WatchDelivery({
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
      look: () => this.#look(),
      onArrival: () => this.#wakeUp(),
      onFailure: (error) => this.#fail(error),
      onOpenBatch: (batch) => void this.#settle(batch, delivery),
    });
    this.#delivery = delivery;
    return delivery;
  }

  /** Resolves to how many messages wait for the consumer. */
  #createConsumer(start: WatchCursor, delivery: WatchDelivery): Promise<number> {
    const { bucket, context, subjects, heartbeatMs } = this.#parts;
    const { scope, headersOnly } = this.#options;
    const options = {
      bucket,
      stream: subjects.stream,
      subjects: subjects.filter(scope).subjects,
      startSequence: start.isNone ? undefined : Number(start.revision) + 1,
      headersOnly,
      heartbeatMs,
    };
    this.#consumer = new PushConsumer(context, options, delivery);
    return this.#consumer.create(`bucket ${bucket}: watch`, this.#attaching.signal);
  }

  /**
   * The consumer of a replicated stream may live with a replica that lags behind the leader: that it has
   * nothing more is no proof until it has looked as far as the leader was when the watch began.
   */
  async #followReplica(delivery: WatchDelivery, { state }: StreamInfo): Promise<void> {
    const hasCaughtUp = async (): Promise<boolean> => {
      const progress = await this.#consumer?.progress();
      if (progress === undefined || progress.streamSequence < state.last_seq) return false;
      delivery.lookedAt(progress.streamSequence);
      return true;
    };
    await this.#poll(hasCaughtUp);
  }

  /** Ends a batch whose last messages do not arrive: they are out of scope, or were replaced. */
  async #settle(batch: AtomicBatch, delivery: WatchDelivery): Promise<void> {
    await this.#poll(async () => {
      if (!delivery.isOpen(batch)) return true;
      if (!(await this.#hasArrived(batch))) return false;
      if (delivery.isOpen(batch)) delivery.endBatch();
      return true;
    });
  }

  /** Whether the log has all of a batch, and nothing in scope of that is still on its way. */
  async #hasArrived(batch: AtomicBatch): Promise<boolean> {
    const { bucket, context, subjects } = this.#parts;
    const log = await this.#look();
    const request = { what: `bucket ${bucket}: watch`, timeoutMs: LOOK_TIMEOUT_MS };
    // The head belongs to the batch while that is being stored; once it is not there any more, it was not.
    const head = await context.api.message(subjects.stream, log.state.last_seq, request);
    if (head !== undefined && batch.isContinuedBy(head)) return false;
    const progress = await this.#consumer?.progress();
    if (progress === undefined) return false;
    return progress.streamSequence >= log.state.last_seq || (isSingle(log) && progress.pending === 0);
  }

  /** Asks again and again, less and less often, until the answer is yes or the watch has ended. */
  async #poll(isDone: () => Promise<boolean>): Promise<void> {
    const { clock } = this.#parts.context;
    const { signal } = this.#attaching;
    for (let delayMs = FIRST_POLL_MS; !signal.aborted; delayMs = Math.min(2 * delayMs, LAST_POLL_MS)) {
      // What cannot be asked now may be later; what is wrong ends the watch by itself.
      if (await isDone().catch(() => false)) return;
      await sleep(clock, delayMs, signal).catch(() => undefined);
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

  /** Looks at the log of a watch that is attached. */
  async #look(): Promise<StreamInfo> {
    const { bucket, context, subjects } = this.#parts;
    const { signal } = this.#attaching;
    const request = { what: `bucket ${bucket}: watch`, signal, timeoutMs: LOOK_TIMEOUT_MS };
    const info = await context.api.streamInfo(subjects.stream, request);
    if (info.created !== this.#epoch) this.#fail(this.#madeAnew());
    return info;
  }

  #madeAnew(): SlipstreamError {
    return new SlipstreamError(
      'WATCH_FAILED',
      `bucket ${this.#parts.bucket}: it was made anew during a watch`,
    );
  }

  /** Ends when what has arrived was handed over. */
  #fail(error: Error): void {
    if (this.#ending !== undefined) return;
    this.#failure ??= error;
    this.#wakeUp();
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
