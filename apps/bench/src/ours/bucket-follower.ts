import {
  type AppliedWatch,
  type KvStore,
  type KvUpdate,
  type Resource,
  type SnapshotStore,
  watchApplied,
} from '@slipstream/core';
import { connectNats, type NatsClient } from '@slipstream/nats';
import type { TrialContext } from '../trial/trial.js';

/** What is reported of each batch. */
export interface BatchListener {
  /** It was received, and is committed once this has returned. */
  received?(batch: readonly KvUpdate[]): void | Promise<void>;
  /** What was received is in the fold. */
  committed?(): void;
}

/** Follows a bucket into a fold as a user's program does, and counts. */
export class BucketFollower implements Resource {
  readonly source: KvStore;
  readonly #client: NatsClient;
  readonly #progress: (done: number) => void;
  #watch: AppliedWatch | undefined;
  #applied = 0;

  private constructor(client: NatsClient, source: KvStore, progress: (done: number) => void) {
    this.#client = client;
    this.source = source;
    this.#progress = progress;
  }

  /** Connects, and opens the bucket: what comes before the first update. */
  static async connect({ serverUrl, bucket, progress }: TrialContext): Promise<BucketFollower> {
    const client = await connectNats({ servers: serverUrl });
    return new BucketFollower(client, await client.bucket(bucket, { create: false }), progress);
  }

  /** Updates that were applied. */
  get applied(): number {
    return this.#applied;
  }

  /** Begins to follow, with all defaults. */
  follow(store?: SnapshotStore, listener: BatchListener = {}): AppliedWatch {
    this.#watch = watchApplied({
      source: this.source,
      store,
      apply: (batch) => {
        this.#applied += batch.length;
        this.#progress(this.#applied);
        return listener.received?.(batch);
      },
      onApplied: () => listener.committed?.(),
    });
    return this.#watch;
  }

  async close(): Promise<void> {
    await this.#watch?.stop();
    await this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
