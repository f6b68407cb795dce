import {
  type AppliedWatch,
  type FoldReconciledEvent,
  type KvUpdate,
  type SnapshotStore,
  type WatchEvent,
  type WatchOptions,
  watchApplied,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { MemorySnapshotStore } from '@slipstream/memory';
import { eventually } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NatsKvStore } from '../src/index.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';

const value = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One node: a fold, and everything that its watch was delivered and did. */
class Node {
  readonly store: SnapshotStore;
  readonly applied: string[] = [];
  readonly reconciled: FoldReconciledEvent[] = [];
  delivered = 0;
  #watch: AppliedWatch | undefined;

  constructor(store: SnapshotStore) {
    this.store = store;
  }

  async stop(): Promise<void> {
    await this.#watch?.stop().catch(() => undefined);
    await this.store.close();
  }

  get watch(): AppliedWatch {
    if (this.#watch === undefined) throw new Error('the node was not started');
    return this.#watch;
  }

  async start(source: NatsKvStore, options: Partial<WatchOptions> = {}): Promise<void> {
    this.delivered = 0;
    this.applied.length = 0;
    this.#watch = watchApplied({
      source,
      store: this.store,
      reattach: { initialDelayMs: 20 },
      apply: (batch) => void this.applied.push(...batch.map(described)),
      observer: (event) => this.#observe(event),
      ...options,
    });
    await this.watch.ready;
  }

  async keys(): Promise<string[]> {
    return collect(this.store.keys(''));
  }

  #observe(event: WatchEvent): void {
    if (event.type === 'chunk-received') this.delivered += event.updates;
    if (event.type === 'fold-reconciled') this.reconciled.push(event);
  }
}

const described = ({ kind, key, version }: KvUpdate): string => `${kind} ${key} ${version.revision ?? '?'}`;

describeOnServers('repair in place', (series) => {
  const context = useServer(series);
  let node: Node;

  beforeEach(async () => {
    node = new Node(await MemorySnapshotStore.open());
  });

  afterEach(async () => {
    await node.stop();
  });

  async function expectFoldEqualsBucket(bucket: NatsKvStore): Promise<void> {
    const plain = ({ key, value: bytes, version }: { key: string; value: Uint8Array; version: object }) =>
      [key, String.fromCharCode(...bytes), String(version)] as const;
    const expected = (await collect(bucket.reader.scan(''))).map(plain).sort();
    expect((await collect(node.store.range(''))).map(plain).sort()).toEqual(expected);
  }

  test('a cursor that retention has passed: deletes that nobody can replay, then exactly the rest of the delta', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b', 'c', 'd']) await bucket.writer.put(key, value('1'));
    await node.start(bucket);
    await node.watch.stop();
    await bucket.writer.delete('b'); // 5: its marker is evicted below
    await bucket.writer.put('c', value('2')); // 6: evicted
    await bucket.writer.put('c', value('3')); // 7
    await bucket.writer.put('e', value('1')); // 8
    await context.admin.evictBefore(bucket.name, 7);
    await node.start(bucket);
    expect(node.reconciled).toMatchObject([{ reason: 'below-window', kept: false }]);
    // a and d were evicted with their values: the fold equals the bucket, which no longer has them.
    expect(node.reconciled[0]?.vanished).toEqual(['a', 'b', 'd']);
    expect(node.applied).toEqual(['delete a ?', 'delete b ?', 'delete d ?', 'put c 7', 'put e 8']);
    expect(node.delivered).toBe(2);
    await expectFoldEqualsBucket(bucket);
    expect(node.watch.cursor.revision).toBe(8n);
  });

  test('for a bucket whose limits evict live values, they stay in the fold when told to', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b']) await bucket.writer.put(key, value('1'));
    await node.start(bucket);
    await node.watch.stop();
    for (let count = 0; count < 3; count++) await bucket.writer.put('b', value(`${count}`));
    await bucket.writer.put('c', value('1'));
    await context.admin.evictBefore(bucket.name, 5);
    await node.start(bucket, { onVanished: 'keep' });
    expect(node.reconciled).toMatchObject([{ vanished: ['a'], kept: true }]);
    expect(await node.keys()).toEqual(['a', 'b', 'c']);
  });

  test('a bucket that was deleted and made anew while the node was away: no stale key survives', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b', 'c']) await bucket.writer.put(key, value('old'));
    await node.start(bucket);
    await node.watch.stop();
    await context.admin.deleteBucket(bucket.name);
    await bucket.close();
    await using again = await context.nats.bucket(bucket.name, { config: { storage: 'memory' } });
    for (const key of ['b', 'x', 'y', 'z']) await again.writer.put(key, value('new'));
    await node.start(again);
    expect(node.reconciled).toMatchObject([{ reason: 'epoch-changed', vanished: ['a', 'c'] }]);
    expect(await node.keys()).toEqual(['b', 'x', 'y', 'z']);
    await expectFoldEqualsBucket(again);
  });

  test('a delete whose marker was purged while the floor never moved', async () => {
    const bucket = await context.bucket();
    for (const key of ['floor', 'a', 'b']) await bucket.writer.put(key, value('1'));
    await node.start(bucket);
    await node.watch.stop();
    await bucket.writer.delete('a');
    await context.admin.forget(bucket.name, 'a');
    await node.start(bucket);
    expect((await bucket.status()).firstRevision).toBe(1n);
    expect(node.reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['a'] }]);
    expect(node.delivered).toBe(0);
    await expectFoldEqualsBucket(bucket);
  });

  test('a sound delta is delivered without a comparison', async () => {
    const bucket = await context.bucket();
    for (const key of ['a', 'b']) await bucket.writer.put(key, value('1'));
    await node.start(bucket);
    await node.watch.stop();
    await bucket.writer.delete('a');
    await node.start(bucket);
    expect(node.reconciled).toEqual([]);
    expect(node.applied).toEqual(['delete a 3']);
    await expectFoldEqualsBucket(bucket);
  });

  test('names are listed without reading a message, those of markers included', async () => {
    const bucket = await context.bucket();
    const writes: Promise<unknown>[] = [];
    for (let index = 0; index < 1_000; index++) writes.push(bucket.writer.put(`k.${index}`, value('1')));
    await Promise.all(writes);
    await bucket.writer.delete('k.7');
    await bucket.writer.put('kk', value('1'));
    const known = await collect(bucket.reader.knownKeys('k.'));
    expect(known.length).toBe(1_000);
    expect(new Set(known).size).toBe(1_000);
    expect(await collect(bucket.reader.knownKeys('k.99'))).toHaveLength(11);
    expect(await collect(bucket.reader.knownKeys('nobody'))).toEqual([]);
  });

  test('repairs while writers go on, and ends equal to the bucket', async () => {
    const bucket = await context.bucket({ config: { history: 1 } });
    for (let index = 0; index < 200; index++) await bucket.writer.put(`k.${index}`, value('1'));
    await node.start(bucket);
    await node.watch.stop();
    for (let index = 0; index < 200; index += 2) await bucket.writer.delete(`k.${index}`);
    const { lastRevision } = await bucket.status();
    await context.admin.evictBefore(bucket.name, lastRevision - 10n);
    let isWriting = true;
    const writer = (async () => {
      for (let turn = 0; isWriting; turn++) {
        const key = `k.${turn % 250}`;
        if (turn % 3 === 0) await bucket.writer.delete(key);
        else await bucket.writer.put(key, value(`${turn}`));
      }
    })();
    await node.start(bucket);
    isWriting = false;
    await writer;
    const { lastRevision: head } = await bucket.status();
    await eventually(() => node.watch.cursor.revision === head, { what: 'the fold to reach the head' });
    expect(node.reconciled[0]?.reason).toBe('below-window');
    await expectFoldEqualsBucket(bucket);
  });
});
