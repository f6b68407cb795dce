import {
  type AppliedWatch,
  type FoldReconciledEvent,
  type KvUpdate,
  type SlipstreamError,
  type SnapshotStore,
  type WatchEvent,
  type WatchOptions,
  type WatchState,
  watchApplied,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { MemorySnapshotStore } from '@slipstream/memory';
import { expect } from 'vitest';
import type { NatsKvStore } from '../../src/index.js';

/** One node: a fold, and everything that its watch was delivered and did. */
export class Follower implements AsyncDisposable {
  readonly store: SnapshotStore;
  readonly applied: string[] = [];
  readonly reconciled: FoldReconciledEvent[] = [];
  readonly states: WatchState[] = [];
  /** Why sessions ended. */
  readonly endings: SlipstreamError[] = [];
  delivered = 0;
  /** While set, `apply` waits for it. */
  gate: Promise<void> | undefined;
  #watch: AppliedWatch | undefined;

  private constructor(store: SnapshotStore) {
    this.store = store;
  }

  static async open(): Promise<Follower> {
    return new Follower(await MemorySnapshotStore.open());
  }

  get watch(): AppliedWatch {
    if (this.#watch === undefined) throw new Error('the node was not started');
    return this.#watch;
  }

  /** Follows `source`, counting from zero, and resolves when it is live. */
  async start(source: NatsKvStore, options: Partial<WatchOptions> = {}): Promise<void> {
    this.delivered = 0;
    this.applied.length = 0;
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

  async keys(): Promise<string[]> {
    return collect(this.store.keys(''));
  }

  /** Keys, values and versions are those of the bucket, within the prefixes. */
  async expectEquals(bucket: NatsKvStore, prefixes: readonly string[] = ['']): Promise<void> {
    const expected: unknown[] = [];
    for (const prefix of prefixes) expected.push(...(await collect(bucket.reader.scan(prefix))).map(plain));
    expect((await collect(this.store.range(''))).map(plain).sort()).toEqual(expected.sort());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.gate = undefined;
    await this.#watch?.stop().catch(() => undefined);
    await this.store.close();
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
