import type { KvCapabilities, KvStore } from '@slipstream/core';
import type { SuiteHarness } from '../suite/conformance-case.js';

/** How a bucket is to be made. A harness is only given what it says it supports. */
export interface TestBucketOptions {
  /** Versions kept per key. @defaultValue 1 */
  readonly history?: number | undefined;
  /** The bucket's size limit; the suite asks for 32 KiB and writes values of 1 KiB. */
  readonly maxBytes?: number | undefined;
  /** What happens at `maxBytes`. @defaultValue `new` */
  readonly discard?: 'old' | 'new' | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly maxValueBytes?: number | undefined;
  /** The bucket can expire single entries, and leaves markers for this long when it does. */
  readonly markerTtlMs?: number | undefined;
  /** The deadline of requests. */
  readonly requestTimeoutMs?: number | undefined;
}

/** A bucket of its own for one case; disposing closes the store and removes the bucket. */
export interface TestBucket extends AsyncDisposable {
  readonly store: KvStore;
}

/** A handle on a bucket over a connection that counts what it receives. Disposing closes both. */
export interface MeteredHandle extends AsyncDisposable {
  readonly store: KvStore;
  /** Bytes that the server has sent. */
  readonly receivedBytes: number;
}

/**
 * How the suite reaches the buckets of one source. Each optional member is something that can be asked of the
 * source or its server; where one is absent, the cases that need it are skipped, visibly.
 */
export interface KvStoreHarness<B extends TestBucket = TestBucket> extends SuiteHarness {
  /** What the source declares for a bucket made without options. */
  readonly capabilities: KvCapabilities;
  /** The options that {@link createBucket} honours. */
  readonly supports: readonly (keyof TestBucketOptions)[];
  /** Makes an empty bucket that no other case uses. */
  createBucket(options: TestBucketOptions): Promise<B>;
  /** Whether the reader has `knownKeys`. @defaultValue false */
  readonly knownKeys?: boolean | undefined;
  /** Another handle on the same bucket, as a second process would have. The suite closes it. */
  openHandle?(bucket: B): Promise<KvStore>;
  /** Another handle, over a line that counts what the server sends. */
  openMetered?(bucket: B): Promise<MeteredHandle>;
  /** Re-creates the bucket; resolves to the new handle. The suite closes it. */
  recreate?(bucket: B): Promise<KvStore>;
  /** Makes `revision` the first that the log retains, as its limits would. */
  evictBefore?(bucket: B, revision: bigint): Promise<void>;
  /** Removes the delete and purge markers from inside the log. */
  removeMarkers?(bucket: B): Promise<void>;
  /** How many consumers the server keeps for the bucket. */
  countConsumers?(bucket: B): Promise<number>;
  /** Moves the source's clock. Absent: time passes by itself, and the suite waits for it. */
  advanceTime?(bucket: B, ms: number): Promise<void>;
  /** Makes the server fall silent without closing connections; returns what brings it back. */
  silence?(bucket: B): Promise<() => Promise<void>>;
}
