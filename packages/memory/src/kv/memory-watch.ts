import {
  abortedError,
  assertPrefix,
  type Cancel,
  closedError,
  type KvWatchOptions,
  Mutex,
  type Resource,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import type { BoundedLog } from '../log/bounded-log.js';
import type { LogMessage } from '../log/log-message.js';
import type { LogObserver } from '../log/log-observer.js';
import type { BucketHandle } from './bucket-handle.js';
import { Lookahead } from './lookahead.js';
import { resumeRevision } from './resume-revision.js';

type Pull = IteratorResult<WatchChunk, undefined>;

/** The log that a watch follows, and what it has yet to yield of it. */
interface Attachment {
  readonly log: BoundedLog;
  readonly ahead: Lookahead;
}

/**
 * One watch of a bucket. It holds no queue: it reads the log from its position when it is pulled. So a slow
 * consumer costs no memory, but the log's limits may drop what it has not read yet; when that was the last
 * word on a key in scope, the watch ends with `CURSOR_EXPIRED`.
 */
export class MemoryWatch implements AsyncIterableIterator<WatchChunk>, LogObserver, Resource {
  readonly #handle: BucketHandle;
  readonly #scope: WatchScope;
  readonly #options: KvWatchOptions;
  readonly #pulls = new Mutex();
  readonly #releases: Cancel[] = [];
  #attachment: Attachment | undefined;
  /** The revision of the last cursor that was yielded. */
  #claimed: number | undefined;
  #isEnded = false;
  #failure: unknown;
  #wake: (() => void) | undefined;
  #bookmarkTimer: Cancel | undefined;
  #bookmarkIsDue = false;

  constructor(handle: BucketHandle, scope: WatchScope, options: KvWatchOptions) {
    this.#handle = handle;
    this.#scope = scope;
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Pull> {
    return this.#pulls.run(() => this.#pull());
  }

  async return(): Promise<Pull> {
    this.#end();
    return { done: true, value: undefined };
  }

  /** Ends the watch because its store closes. */
  async close(): Promise<void> {
    this.#fail(closedError(this.#handle.what));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  appended(message: LogMessage, previous: LogMessage | undefined): void {
    if (this.#attachment?.ahead.appended(message, previous)) this.#wake?.();
    else if (this.#wake !== undefined) this.#scheduleBookmark();
  }

  dropped(message: LogMessage, wasLast: boolean): void {
    if (this.#attachment?.ahead.dropped(message, wasLast)) this.#fail(this.#overrun(message));
  }

  ended(error: unknown): void {
    this.#fail(error);
  }

  async #pull(): Promise<Pull> {
    for (;;) {
      const attachment = this.#isEnded ? undefined : this.#attached();
      attachment?.log.catchUp();
      if (this.#failure !== undefined) {
        const failure = this.#failure;
        this.#failure = undefined;
        throw failure;
      }
      if (this.#isEnded || attachment === undefined) return { done: true, value: undefined };
      const { log, ahead } = attachment;
      if (ahead.pending > 0 || this.#claimed === undefined || this.#bookmarkIsDue) {
        return { done: false, value: this.#take(attachment) };
      }
      if (log.lastRevision > this.#claimed) this.#scheduleBookmark();
      await this.#woken();
    }
  }

  #attached(): Attachment | undefined {
    if (this.#attachment !== undefined) return this.#attachment;
    try {
      return this.#attach();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #attach(): Attachment {
    const { signal, resume = WatchCursor.none, afterGap = false } = this.#options;
    const log = this.#handle.log('a watch', this.#options);
    for (const prefix of this.#scope.prefixes) assertPrefix(prefix, this.#handle.name);
    const ahead = resume.isNone
      ? Lookahead.ofState(log, this.#scope)
      : Lookahead.after(log, this.#scope, resumeRevision(log, resume, afterGap, this.#handle.what));
    this.#attachment = { log, ahead };
    this.#releases.push(log.observe(this), this.#handle.attach(this));
    if (signal !== undefined) {
      const onAbort = (): void => this.#fail(abortedError(signal, `${this.#handle.what}: a watch`));
      signal.addEventListener('abort', onAbort, { once: true });
      this.#releases.push(() => signal.removeEventListener('abort', onAbort));
    }
    return this.#attachment;
  }

  #take({ log, ahead }: Attachment): WatchChunk {
    const { updates, at } = ahead.take();
    this.#claimed = ahead.position;
    this.#cancelBookmark();
    const version = VersionToken.fromRevision(ahead.position);
    // A clock may count fractions; rounded down, the cursor never claims to be younger than it is.
    const cursor = WatchCursor.of({ version, epoch: log.epoch, at: Math.floor(at) });
    return { updates, cursor, pending: ahead.pending };
  }

  /** Waits until there is something to take, or the watch ends. */
  async #woken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  #scheduleBookmark(): void {
    const { clock, bookmarkIntervalMs } = this.#handle.options;
    this.#bookmarkTimer ??= clock.after(bookmarkIntervalMs, () => {
      this.#bookmarkIsDue = true;
      this.#wake?.();
    });
  }

  #cancelBookmark(): void {
    this.#bookmarkTimer?.();
    this.#bookmarkTimer = undefined;
    this.#bookmarkIsDue = false;
  }

  /** Makes the pending or next pull reject, once. */
  #fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#failure = error;
    this.#end();
  }

  #end(): void {
    this.#isEnded = true;
    this.#cancelBookmark();
    for (const release of this.#releases.splice(0)) release();
    this.#wake?.();
  }

  #overrun(message: LogMessage): SlipstreamError {
    return new SlipstreamError(
      'CURSOR_EXPIRED',
      `${this.#handle.what}: the log dropped revision ${message.revision}, the last of key ${message.key}, ` +
        `before the watch had read past revision ${this.#attachment?.ahead.position}`,
      { hint: 'The consumer is slower than the limits of the log allow: raise them, or make it faster.' },
    );
  }
}
