import type {
  KvCapabilities,
  KvPurger,
  KvReader,
  KvRequestOptions,
  KvStatus,
  KvStore,
  KvTtlWriter,
  KvWatcher,
  KvWriter,
} from '@slipstream/core';
import { MemoryBucket } from './memory-bucket.js';
import { assertWhole, type MemoryKvOptions, resolveMemoryKvOptions } from './memory-kv-options.js';
import { MemoryKvReader } from './memory-kv-reader.js';
import { MemoryKvWriter } from './memory-kv-writer.js';
import { MemoryWatch } from './memory-watch.js';

/** As in NATS KV: long enough for every watch to have seen the markers. */
const DEFAULT_MARKER_AGE_MS = 30 * 60 * 1_000;

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
  readonly #bucket: MemoryBucket;

  private constructor(bucket: MemoryBucket) {
    this.#bucket = bucket;
    const { allowTtl } = bucket.options;
    this.capabilities = Object.freeze({
      watch: true,
      write: true,
      purge: true,
      ttl: allowTtl,
      bookmarks: true,
      epochs: true,
    });
    const writer = new MemoryKvWriter(bucket);
    this.reader = new MemoryKvReader(bucket);
    this.watcher = { watch: (scope, options = {}) => new MemoryWatch(bucket, scope, options) };
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
    return this.#bucket.name;
  }

  async status(options?: KvRequestOptions): Promise<KvStatus> {
    const log = this.#bucket.log('a status', options);
    return {
      firstRevision: BigInt(log.firstRevision),
      lastRevision: BigInt(log.lastRevision),
      epoch: log.epoch,
      messages: log.size,
      bytes: log.bytes,
      limits: this.#bucket.options.limits,
    };
  }

  /**
   * Removes the delete and purge markers that are at least `olderThanMs` old, together with what is older of
   * their keys; younger markers stay, without their keys' history. Watches are not told: whoever was away for
   * longer than that never learns of the deletes.
   *
   * @param olderThanMs - @defaultValue 30 minutes
   * @returns how many keys are gone from the log.
   */
  async purgeDeletes(olderThanMs: number = DEFAULT_MARKER_AGE_MS): Promise<number> {
    assertWhole('olderThanMs', olderThanMs, 0);
    return this.#bucket.log('a purge of deletes').dropMarkers(olderThanMs);
  }

  /**
   * What happens when an operator deletes the bucket and makes it anew: it is empty, has another epoch, and
   * counts revisions from 1. Attached watches break with `WATCH_FAILED`; attached anew at their cursors, they
   * find them expired.
   */
  async recreate(): Promise<void> {
    this.#bucket.recreate();
  }

  /** Ends the watches with `CLOSED`; the bucket is gone. */
  async close(): Promise<void> {
    this.#bucket.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
