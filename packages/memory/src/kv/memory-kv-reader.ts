import {
  assertKey,
  assertPrefix,
  type KvEntry,
  type KvReader,
  type KvRequestOptions,
  type KvUpdate,
} from '@slipstream/core';
import type { LogMessage } from '../log/log-message.js';
import type { BucketHandle } from './bucket-handle.js';
import { updateOf } from './update-of.js';

/** Reads of a bucket. */
export class MemoryKvReader implements KvReader {
  readonly #handle: BucketHandle;

  constructor(handle: BucketHandle) {
    this.#handle = handle;
  }

  async get(key: string, options?: KvRequestOptions): Promise<KvEntry | undefined> {
    const last = this.#last(key, options);
    return last?.kind === 'put' ? entryOf(last) : undefined;
  }

  async entry(key: string, options?: KvRequestOptions): Promise<KvUpdate | undefined> {
    const last = this.#last(key, options);
    return last === undefined ? undefined : updateOf(last);
  }

  async *keys(prefix: string, options?: KvRequestOptions): AsyncGenerator<string, void, undefined> {
    for (const { key } of this.#live(prefix, options)) yield key;
  }

  async *knownKeys(prefix: string, options?: KvRequestOptions): AsyncGenerator<string, void, undefined> {
    for (const { key } of this.#lastPerKey(prefix, options)) yield key;
  }

  async *scan(prefix: string, options?: KvRequestOptions): AsyncGenerator<KvEntry, void, undefined> {
    for (const last of this.#live(prefix, options)) yield entryOf(last);
  }

  #last(key: string, options: KvRequestOptions | undefined): LogMessage | undefined {
    const log = this.#handle.log('a read', options);
    assertKey(key, this.#handle.name);
    return log.messages.last(key);
  }

  *#live(prefix: string, options: KvRequestOptions | undefined): IterableIterator<LogMessage> {
    for (const last of this.#lastPerKey(prefix, options)) if (last.kind === 'put') yield last;
  }

  *#lastPerKey(prefix: string, options: KvRequestOptions | undefined): IterableIterator<LogMessage> {
    const log = this.#handle.log('a listing', options);
    assertPrefix(prefix, this.#handle.name);
    for (const last of log.messages.lastPerKey(prefix)) {
      yield last;
      // While the caller held the entry, the store may have been closed, or the log replaced.
      if (this.#handle.log('a listing', options) !== log) throw this.#handle.recreatedError();
    }
  }
}

function entryOf({ key, value, version }: LogMessage): KvEntry {
  return { key, value: new Uint8Array(value), version };
}
