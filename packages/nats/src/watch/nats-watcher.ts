import {
  type KvRequestOptions,
  type KvWatcher,
  type KvWatchOptions,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import { reconnected } from '../connection/reconnection.js';
import { NatsWatch, type NatsWatchOptions, type NatsWatchParts } from './nats-watch.js';

/** The change stream of a bucket. */
export class NatsWatcher implements KvWatcher {
  readonly #parts: NatsWatchParts;

  constructor(parts: NatsWatchParts) {
    this.#parts = parts;
  }

  watch(scope: WatchScope, options: KvWatchOptions = {}): AsyncIterable<WatchChunk> {
    const { resume = WatchCursor.none, afterGap = false, signal } = options;
    return this.#iterable({ scope, resume, afterGap, headersOnly: false, signal });
  }

  reconnected({ signal }: KvRequestOptions = {}): Promise<void> | undefined {
    const { bucket, context, lifetime } = this.#parts;
    return reconnected(context, lifetime, `bucket ${bucket}: watch`, signal);
  }

  /** A state-sync watch for a listing, to be left when it has caught up. @internal */
  list(
    scope: WatchScope,
    { headersOnly, signal }: Pick<NatsWatchOptions, 'headersOnly' | 'signal'>,
  ): AsyncIterable<WatchChunk> {
    return this.#iterable({ scope, resume: WatchCursor.none, afterGap: false, headersOnly, signal });
  }

  #iterable(options: NatsWatchOptions): AsyncIterable<WatchChunk> {
    return { [Symbol.asyncIterator]: () => new NatsWatch(this.#parts, options) };
  }
}
