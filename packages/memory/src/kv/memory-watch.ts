import {
  abortedError,
  assertPrefix,
  type Cancel,
  type KvUpdate,
  type KvWatchOptions,
  Mutex,
  resumeObstacle,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import type { BoundedLog } from '../log/bounded-log.js';
import type { LogMessage } from '../log/log-message.js';
import type { LogObserver } from '../log/log-observer.js';
import type { MemoryBucket } from './memory-bucket.js';
import { updateOf } from './update-of.js';

/** Where a chunk ends, whichever comes first. */
const MAX_CHUNK_UPDATES = 1_024;
const MAX_CHUNK_BYTES = 1024 * 1024;

/**
 * One watch of a bucket. It holds no queue: it reads the log from its position when it is pulled, and only
 * counts what lies ahead. So a slow consumer costs nothing, but the log's limits may drop what it has not read
 * yet; when that was the last word on a key in scope, the watch ends with `CURSOR_EXPIRED`.
 *
 * Up to `#stateEnd`, the head when it attached, it yields only the last message of each key; past it, all.
 */
export class MemoryWatch implements AsyncIterableIterator<WatchChunk>, LogObserver {
  readonly #bucket: MemoryBucket;
  readonly #scope: WatchScope;
  readonly #options: KvWatchOptions;
  readonly #pulls = new Mutex();
  #log: BoundedLog | undefined;
  #position = 0;
  #stateEnd = 0;
  #pending = 0;
  /** The revision of the last cursor that was yielded. */
  #claimed = -1;
  #failure: unknown;
  #ended = false;
  #wake: (() => void) | undefined;
  #bookmarkTimer: Cancel | undefined;
  #bookmarkDue = false;
  readonly #releases: (() => void)[] = [];

  constructor(bucket: MemoryBucket, scope: WatchScope, options: KvWatchOptions) {
    this.#bucket = bucket;
    this.#scope = scope;
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<WatchChunk, undefined>> {
    return this.#pulls.run(() => this.#pull());
  }

  async return(): Promise<IteratorResult<WatchChunk, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  ended(error: unknown): void {
    this.#fail(error);
  }

  appended(message: LogMessage, previous: LogMessage | undefined): void {
    if (this.#scope.includes(message.key)) {
      this.#pending += 1;
      if (previous !== undefined && this.#isAhead(previous) && previous.revision <= this.#stateEnd) {
        this.#pending -= 1;
      }
      this.#wake?.();
    } else if (this.#wake !== undefined) {
      this.#scheduleBookmark();
    }
  }

  dropped(message: LogMessage, wasLast: boolean): void {
    if (!this.#isAhead(message) || !this.#scope.includes(message.key)) return;
    if (wasLast || message.revision > this.#stateEnd) this.#pending -= 1;
    // A newer message of the key would have made up for it; without one, the key's fate is lost.
    if (wasLast) this.#fail(this.#overrun(message));
  }

  /** Makes the pending or next pull reject, once. */
  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = error;
    this.#end();
  }

  async #pull(): Promise<IteratorResult<WatchChunk, undefined>> {
    if (this.#log === undefined && !this.#ended) this.#attach();
    for (;;) {
      if (!this.#ended) this.#log?.catchUp();
      if (this.#failure !== undefined) {
        const failure = this.#failure;
        this.#failure = undefined;
        throw failure;
      }
      if (this.#ended || this.#log === undefined) return { done: true, value: undefined };
      if (this.#pending > 0 || this.#claimed < 0 || this.#bookmarkDue) {
        return { done: false, value: this.#take(this.#log) };
      }
      await this.#park(this.#log);
    }
  }

  #attach(): void {
    const { signal, resume = WatchCursor.none } = this.#options;
    try {
      const log = this.#bucket.log('a watch', this.#options);
      for (const prefix of this.#scope.prefixes) assertPrefix(prefix, this.#bucket.name);
      this.#log = log;
      if (resume.isNone) {
        this.#stateEnd = log.lastRevision;
        for (const prefix of this.#scope.prefixes) {
          for (const _ of log.lastPerKey(prefix)) this.#pending += 1;
        }
      } else {
        this.#position = this.#resumePosition(log, resume);
        for (const { key } of log.after(this.#position)) if (this.#scope.includes(key)) this.#pending += 1;
      }
      this.#releases.push(log.observe(this));
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (signal === undefined) return;
    const onAbort = (): void => this.#fail(abortedError(signal, `bucket ${this.#bucket.name}: a watch`));
    signal.addEventListener('abort', onAbort, { once: true });
    this.#releases.push(() => signal.removeEventListener('abort', onAbort));
  }

  #resumePosition(log: BoundedLog, cursor: WatchCursor): number {
    const { revision, epoch } = cursor;
    const obstacle =
      revision === undefined
        ? 'of another source'
        : resumeObstacle({
            cursor: { revision, epoch },
            log: {
              firstRevision: BigInt(log.firstRevision),
              lastRevision: BigInt(log.lastRevision),
              epoch: log.epoch,
            },
          });
    if (obstacle === undefined) return Number(revision);
    throw new SlipstreamError(
      'CURSOR_EXPIRED',
      `bucket ${this.#bucket.name}: cursor ${cursor} is ${obstacle}; the log has revisions ` +
        `${log.firstRevision} to ${log.lastRevision}`,
    );
  }

  /** The next chunk: what lies ahead, up to a chunk's size. */
  #take(log: BoundedLog): WatchChunk {
    const updates: KvUpdate[] = [];
    let bytes = 0;
    let at = 0;
    if (this.#pending > 0) {
      for (const message of log.after(this.#position)) {
        this.#position = message.revision;
        if (!this.#isDue(log, message)) continue;
        updates.push(updateOf(message));
        at = message.at;
        bytes += message.size;
        this.#pending -= 1;
        if (this.#pending === 0 || updates.length === MAX_CHUNK_UPDATES || bytes >= MAX_CHUNK_BYTES) break;
      }
    }
    if (this.#pending === 0) {
      // Nothing in scope lies between here and the head, so the cursor may stand at the head, as of now.
      this.#position = log.lastRevision;
      at = log.now;
    }
    this.#claimed = this.#position;
    this.#cancelBookmark();
    const version = VersionToken.fromRevision(this.#position);
    return { updates, cursor: WatchCursor.of({ version, epoch: log.epoch, at }), pending: this.#pending };
  }

  #isDue(log: BoundedLog, message: LogMessage): boolean {
    if (!this.#scope.includes(message.key)) return false;
    return message.revision > this.#stateEnd || log.isLast(message);
  }

  #isAhead(message: LogMessage): boolean {
    return message.revision > this.#position;
  }

  /** Waits until there is something to take, or the watch ends. */
  async #park(log: BoundedLog): Promise<void> {
    if (log.lastRevision > this.#claimed) this.#scheduleBookmark();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  #scheduleBookmark(): void {
    const { clock, bookmarkIntervalMs } = this.#bucket.options;
    this.#bookmarkTimer ??= clock.after(bookmarkIntervalMs, () => {
      this.#bookmarkDue = true;
      this.#wake?.();
    });
  }

  #cancelBookmark(): void {
    this.#bookmarkTimer?.();
    this.#bookmarkTimer = undefined;
    this.#bookmarkDue = false;
  }

  #end(): void {
    this.#ended = true;
    this.#cancelBookmark();
    for (const release of this.#releases.splice(0)) release();
    this.#wake?.();
  }

  #overrun(message: LogMessage): SlipstreamError {
    return new SlipstreamError(
      'CURSOR_EXPIRED',
      `bucket ${this.#bucket.name}: the log dropped revision ${message.revision}, the last of key ` +
        `${message.key}, before the watch had read past revision ${this.#position}`,
      { hint: 'The consumer is slower than the limits of the log allow; raise them or widen its batches.' },
    );
  }
}
