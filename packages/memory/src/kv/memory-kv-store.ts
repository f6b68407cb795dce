import {
  type KvCapabilities,
  type KvPurger,
  type KvReader,
  type KvRequestOptions,
  type KvStatus,
  type KvStore,
  type KvTtlWriter,
  type KvWatcher,
  type KvWriter,
  PURGE_DELETES_AGE_MS,
} from '@slipstream/core';
import { BucketHandle } from './bucket-handle.js';
import { MemoryBucket } from './memory-bucket.js';
import { assertWhole, type MemoryKvOptions, resolveMemoryKvOptions } from './memory-kv-options.js';
import { MemoryKvReader } from './memory-kv-reader.js';
import { MemoryKvWriter } from './memory-kv-writer.js';
import { MemoryWatch } from './memory-watch.js';

/**
 * A source in this process: a bucket that lives as long as the store is open, and is bounded exactly as a
 * JetStream KV bucket is. Made for tests and simulations, and for trying things out: with an injected clock
 * and random numbers it is deterministic.
 *
 * Writes take effect synchronously, in the order of the calls. Bytes are copied in and out.
 */
export class MemoryKvStore implements KvStore {
  readonly capabilities: KvCapabilities;
  readonly reader: KvReader;
  readonly watcher: KvWatcher;
  readonly writer: KvWriter;
  readonly purger: KvPurger;
  /** Present when the bucket allows times to live. */
  readonly ttl?: KvTtlWriter;
  readonly #handle: BucketHandle;

  private constructor(bucket: MemoryBucket) {
    const handle = new BucketHandle(bucket);
    this.#handle = handle;
    const { allowTtl } = bucket.options;
    this.capabilities = Object.freeze({
      watch: true,
      write: true,
      purge: true,
      ttl: allowTtl,
      bookmarks: true,
      epochs: true,
    });
    const writer = new MemoryKvWriter(handle);
    this.reader = new MemoryKvReader(handle);
    this.watcher = { watch: (scope, options = {}) => new MemoryWatch(handle, scope, options) };
    this.writer = writer;
    this.purger = writer;
    if (allowTtl) this.ttl = writer;
  }

  /**
   * Opens an empty bucket of its own; two stores of one name share nothing.
   * @throws {TypeError} or {@link RangeError} on an option that makes no sense.
   */
  static async open(options: MemoryKvOptions): Promise<MemoryKvStore> {
    return new MemoryKvStore(new MemoryBucket(resolveMemoryKvOptions(options)));
  }

  get name(): string {
    return this.#handle.name;
  }

  /** The watches that follow the bucket now, through any of its stores. */
  get attachedWatches(): number {
    return this.#handle.bucket.log.observers;
  }

  async status(options?: KvRequestOptions): Promise<KvStatus> {
    const log = this.#handle.log('a status', options);
    return {
      firstRevision: BigInt(log.firstRevision),
      lastRevision: BigInt(log.lastRevision),
      epoch: log.epoch,
      messages: log.messages.size,
      keys: log.messages.keys,
      at: log.now,
      bytes: log.messages.bytes,
      limits: this.#handle.options.limits,
    };
  }

  /**
   * Another store on the same bucket, as another process would have one. The bucket lives for as long as any
   * store has it open.
   */
  async openHandle(): Promise<MemoryKvStore> {
    this.#handle.log('an open');
    return new MemoryKvStore(this.#handle.bucket);
  }

  /**
   * Drops what is older than `revision`, as limits would. A watch that has not yet read the last message of a key when
   * that is dropped ends with `CURSOR_EXPIRED`.
   * @throws {RangeError} when `revision` is past the end of the log.
   */
  async dropBefore(revision: bigint): Promise<void> {
    const log = this.#handle.log('an eviction');
    if (revision > BigInt(log.lastRevision) + 1n) {
      throw new RangeError(`revision is at most ${log.lastRevision + 1}, not ${revision}`);
    }
    log.dropBefore(Number(revision));
  }

  /**
   * Removes the delete and purge markers that are at least `olderThanMs` old, together with all older messages of their
   * keys; younger markers stay, without their keys' history. Watches are not notified: a consumer that was away for longer
   * than that never learns of the deletes.
   *
   * @param olderThanMs - @defaultValue 30 minutes
   * @returns how many keys are gone from the log.
   */
  async purgeDeletes(olderThanMs: number = PURGE_DELETES_AGE_MS): Promise<number> {
    assertWhole('olderThanMs', olderThanMs, 0);
    return this.#handle.log('a purge of deletes').dropMarkers(olderThanMs);
  }

  /**
   * What happens when an operator deletes and re-creates the bucket: it is empty, has another epoch, and counts revisions
   * from 1. Attached watches break with `WATCH_FAILED`; re-attached at their cursors, they find them expired.
   */
  async recreate(): Promise<void> {
    this.#handle.log('a re-creation');
    this.#handle.bucket.recreate(this.#handle.recreatedError());
  }

  /** Ends the watches of this store with `CLOSED`. */
  close(): Promise<void> {
    return this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
