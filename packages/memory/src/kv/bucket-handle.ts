import {
  abortedError,
  type KvRequestOptions,
  type Resource,
  ResourceScope,
  SlipstreamError,
} from '@slipstream/core';
import type { BoundedLog } from '../log/bounded-log.js';
import type { MemoryBucket } from './memory-bucket.js';
import type { ResolvedMemoryKvOptions } from './memory-kv-options.js';

/** What reader, writer and watches of one store share: its bucket, until the store is closed. */
export class BucketHandle {
  readonly bucket: MemoryBucket;
  readonly #watches: ResourceScope;

  constructor(bucket: MemoryBucket) {
    this.bucket = bucket;
    this.#watches = new ResourceScope(this.what);
  }

  get options(): ResolvedMemoryKvOptions {
    return this.bucket.options;
  }

  get name(): string {
    return this.options.name;
  }

  /** What it is, for messages. */
  get what(): string {
    return `bucket ${this.name}`;
  }

  /**
   * The log as of now, for one operation.
   * @throws `CLOSED`, or `ABORTED` when the operation's signal has fired.
   */
  log(operation: string, { signal }: KvRequestOptions = {}): BoundedLog {
    this.#watches.assertOpen();
    if (signal?.aborted) throw abortedError(signal, `${this.what}: ${operation}`);
    return this.bucket.log;
  }

  /** Makes a watch end with the store; returns what detaches it. */
  attach(watch: Resource): () => void {
    return this.#watches.attach(watch);
  }

  /** The error of an operation during which the log was replaced. */
  recreatedError(): SlipstreamError {
    return new SlipstreamError('WATCH_FAILED', `${this.what} was deleted and re-created`);
  }

  close(): Promise<void> {
    return this.#watches.close();
  }
}
