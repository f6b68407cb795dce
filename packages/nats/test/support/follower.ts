import {
  type AppliedWatch,
  type FoldReconciledEvent,
  type KvUpdate,
  type SlipstreamError,
  type SnapshotStore,
  type WatchCursor,
  type WatchEvent,
  type WatchOptions,
  type WatchState,
  watchApplied,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { eventually, type SnapshotStoreHarness } from '@slipstream/test-kit';
import { expect } from 'vitest';
import type { NatsKvStore } from '../../src/index.js';
import { memoryFold } from './memory-fold.js';

/** What a bucket holds: what a fold of it has to hold. */
export interface BucketContent {
  readonly entries: readonly string[];
  readonly lastRevision: bigint;
  readonly epoch: string | undefined;
}

/** The bucket's keys with values and versions, within the prefixes, and where its log ends. */
export async function contentOf(
  bucket: NatsKvStore,
  prefixes: readonly string[] = [''],
): Promise<BucketContent> {
  const { lastRevision, epoch } = await bucket.status();
  const entries: string[] = [];
  for (const prefix of prefixes) entries.push(...(await collect(bucket.reader.scan(prefix))).map(plain));
  return { entries: entries.sort(), lastRevision, epoch };
}

/** Keys, values and versions of a fold are those of the bucket. */
export async function expectHolds(
  store: SnapshotStore,
  { entries }: BucketContent,
  what: string,
): Promise<void> {
  expect((await collect(store.range(''))).map(plain).sort(), what).toEqual(entries);
}

/** One node: a fold, and everything that its watch was delivered and did. */
export class Follower implements AsyncDisposable {
  readonly applied: string[] = [];
  readonly reconciled: FoldReconciledEvent[] = [];
  readonly states: WatchState[] = [];
  /** Why sessions ended. */
  readonly endings: SlipstreamError[] = [];
  /** Updates that were delivered since {@link start}. */
  delivered = 0;
  /** While set, `apply` waits for it. */
  gate: Promise<void> | undefined;
  readonly #harness: SnapshotStoreHarness;
  readonly #location: AsyncDisposable;
  #store: SnapshotStore | undefined;
  #watch: AppliedWatch | undefined;

  private constructor(harness: SnapshotStoreHarness, location: AsyncDisposable, store: SnapshotStore) {
    this.#harness = harness;
    this.#location = location;
    this.#store = store;
  }

  /** A node with an empty fold. */
  static async open(harness: SnapshotStoreHarness = memoryFold): Promise<Follower> {
    const location = await harness.createLocation();
    return new Follower(harness, location, await harness.open(location));
  }

  /** The fold's engine. */
  get name(): string {
    return this.#harness.name;
  }

  get store(): SnapshotStore {
    if (this.#store === undefined) throw new Error(`the ${this.name} fold is closed`);
    return this.#store;
  }

  get watch(): AppliedWatch {
    if (this.#watch === undefined) throw new Error('the node was not started');
    return this.#watch;
  }

  /** Follows `source`, counting from zero, and resolves when it is live. A fold that was closed is opened. */
  async start(source: NatsKvStore, options: Partial<WatchOptions> = {}): Promise<void> {
    this.#store ??= await this.#harness.open(this.#location);
    this.delivered = 0;
    this.applied.length = 0;
    this.reconciled.length = 0;
    this.#watch = watchApplied({
      source,
      store: this.store,
      reattach: { initialDelayMs: 20, maxDelayMs: 500 },
      apply: async (batch) => {
        this.applied.push(...batch.map(described));
        await this.gate;
      },
      observer: (event) => this.#observe(event),
      ...options,
    });
    await this.watch.ready;
  }

  /** Stops following; a fold that outlives it is closed. Resolves to where it stopped. */
  async stop(): Promise<WatchCursor> {
    const cursor = await this.watch.stop();
    if (this.#harness.capabilities.durable) {
      await this.#store?.close();
      this.#store = undefined;
    }
    return cursor;
  }

  async keys(): Promise<string[]> {
    return collect(this.store.keys(''));
  }

  /** Keys, values and versions are those of the bucket, within the prefixes. */
  async expectEquals(bucket: NatsKvStore, prefixes?: readonly string[]): Promise<void> {
    await this.#expectHolds(await contentOf(bucket, prefixes));
  }

  /**
   * Stops at the end of the log, opens the fold from where it is kept, and expects the cursor there to be the
   * log's end, and keys, values and versions to be those of the bucket.
   */
  async expectEndsEqual(content: BucketContent): Promise<void> {
    const atTheEnd = (): boolean => this.watch.cursor.revision === content.lastRevision;
    await eventually(atTheEnd, { what: `the ${this.name} fold to reach the head`, deadlineMs: 20_000 });
    const stopped = await this.stop();
    this.#store ??= await this.#harness.open(this.#location);
    expect(String(this.store.cursor), this.name).toBe(String(stopped));
    expect(this.store.cursor.revision, this.name).toBe(content.lastRevision);
    expect(this.store.cursor.epoch, this.name).toBe(content.epoch);
    await this.#expectHolds(content);
    expect((await this.store.stats()).entries, this.name).toBe(content.entries.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.gate = undefined;
    await this.#watch?.stop().catch(() => undefined);
    await this.#store?.close();
    await this.#location[Symbol.asyncDispose]();
  }

  #expectHolds(content: BucketContent): Promise<void> {
    return expectHolds(this.store, content, this.name);
  }

  #observe(event: WatchEvent): void {
    if (event.type === 'chunk-received') this.delivered += event.updates;
    if (event.type === 'fold-reconciled') this.reconciled.push(event);
    if (event.type === 'state-changed') this.states.push(event.to);
    if (event.type === 'session-ended' && event.error !== undefined) this.endings.push(event.error);
  }
}

const described = ({ kind, key, version }: KvUpdate): string => `${kind} ${key} ${version.revision ?? '?'}`;

function plain({ key, value, version }: { key: string; value: Uint8Array; version: object }): string {
  return `${key} = ${value.length}:${Buffer.from(value.subarray(0, 64)).toString('hex')} @ ${version}`;
}
