import {
  all,
  type KvUpdate,
  prefix,
  prefixes,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import { ManualClock, settlePromises } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import type { MemoryKvOptions } from './memory-kv-options.js';
import { MemoryKvStore } from './memory-kv-store.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const brief = ({ kind, key, version }: KvUpdate): string => `${kind} ${key} ${version.revision}`;

async function open(
  options: Partial<MemoryKvOptions> = {},
): Promise<{ kv: MemoryKvStore; clock: ManualClock }> {
  const clock = new ManualClock();
  return { clock, kv: await MemoryKvStore.open({ name: 'routes', clock, random: () => 0.5, ...options }) };
}

/** A watch whose pulls can be looked at without waiting for them. */
class Puller {
  readonly iterator: AsyncIterator<WatchChunk>;
  settled: 'chunk' | 'done' | unknown;
  chunk: WatchChunk | undefined;

  constructor(kv: MemoryKvStore, scope: WatchScope = all(), resume?: WatchCursor, signal?: AbortSignal) {
    this.iterator = kv.watcher.watch(scope, { resume, signal })[Symbol.asyncIterator]();
  }

  async next(): Promise<WatchChunk> {
    const result = await this.iterator.next();
    if (result.done) throw new Error('the watch has ended');
    return result.value;
  }

  /** Starts a pull that may have to wait. */
  park(): void {
    this.settled = undefined;
    this.iterator.next().then(
      ({ done, value }) => {
        this.settled = done ? 'done' : 'chunk';
        this.chunk = value;
      },
      (error: unknown) => {
        this.settled = error;
      },
    );
  }
}

function code(error: unknown): string | undefined {
  return SlipstreamError.is(error) ? error.code : undefined;
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(() => undefined, code);
}

async function cursorAt(kv: MemoryKvStore, revision: number): Promise<WatchCursor> {
  return WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch: (await kv.status()).epoch });
}

describe('state, then changes', () => {
  test('the last update of every key comes first, markers included, in revision order', async () => {
    const { kv } = await open({ history: 5 });
    await kv.writer.put('a', bytes('1'));
    await kv.writer.put('b', bytes('1'));
    await kv.writer.put('a', bytes('2'));
    await kv.writer.delete('c');
    await kv.purger.purge('b');
    const chunk = await new Puller(kv).next();
    expect(chunk.updates.map(brief)).toEqual(['put a 3', 'delete c 4', 'purge b 5']);
    expect(chunk).toMatchObject({ pending: 0 });
    expect(chunk.cursor.revision).toBe(5n);
    expect(chunk.cursor.epoch).toBe((await kv.status()).epoch);
  });

  test('an empty scope is caught up at once, with a cursor at the head', async () => {
    const { kv, clock } = await open();
    const empty = await new Puller(kv).next();
    expect(empty).toMatchObject({ updates: [], pending: 0 });
    expect(empty.cursor.revision).toBe(0n);
    await kv.writer.put('a', bytes('1'));
    const other = await new Puller(kv, prefix('b')).next();
    expect(other).toMatchObject({ updates: [], pending: 0 });
    expect(other.cursor.revision).toBe(1n);
    expect(other.cursor.at).toBe(clock.now());
  });

  test('live, every version of a key is yielded, and writes of one turn arrive as one chunk', async () => {
    const { kv } = await open({ history: 5 });
    const watch = new Puller(kv);
    await watch.next();
    watch.park();
    await settlePromises();
    expect(watch.settled).toBeUndefined();
    void kv.writer.put('a', bytes('1'));
    void kv.writer.put('a', bytes('2'));
    void kv.writer.delete('a');
    await settlePromises();
    expect(watch.chunk?.updates.map(brief)).toEqual(['put a 1', 'put a 2', 'delete a 3']);
    expect(watch.chunk?.pending).toBe(0);
  });

  test('writes between two pulls of the state are not lost, and not repeated', async () => {
    const { kv } = await open();
    for (let index = 0; index < 2_000; index++) await kv.writer.put(`k${index}`, bytes('1'));
    const watch = new Puller(kv);
    const first = await watch.next();
    expect(first.updates.length).toBe(1_024);
    expect(first.pending).toBe(976);
    expect(first.cursor.revision).toBe(1_024n);
    await kv.writer.put('k5', bytes('2')); // delivered already
    await kv.writer.put('k1500', bytes('2')); // still ahead: moves
    await kv.writer.delete('k1501');
    await kv.writer.put('new', bytes('1'));
    const second = await watch.next();
    expect(second.pending).toBe(0);
    expect(second.updates.map(brief).slice(-4)).toEqual([
      'put k5 2001',
      'put k1500 2002',
      'delete k1501 2003',
      'put new 2004',
    ]);
    expect(second.updates.length).toBe(978);
    expect(new Set([...first.updates, ...second.updates].map(brief)).size).toBe(2_002);
  });

  test('a cursor has the time of its position: of the last update while more is pending, else of the pull', async () => {
    const { kv, clock } = await open();
    const start = clock.now();
    for (let index = 0; index < 1_024; index++) await kv.writer.put(`k${index}`, bytes('1'));
    await clock.advance(5_000.5);
    await kv.writer.put('last', bytes('1'));
    await clock.advance(1_000);
    const watch = new Puller(kv);
    expect((await watch.next()).cursor.at).toBe(start);
    expect((await watch.next()).cursor.at).toBe(start + 6_000);
  });

  test('a chunk ends at a mebibyte', async () => {
    const { kv } = await open();
    for (let index = 0; index < 5; index++) await kv.writer.put(`k${index}`, new Uint8Array(600_000));
    const watch = new Puller(kv);
    expect((await watch.next()).updates.length).toBe(2);
    expect(await watch.next()).toMatchObject({ pending: 1 });
    expect(await watch.next()).toMatchObject({ pending: 0 });
  });

  test('a scope of several prefixes sees those keys and no others', async () => {
    const { kv } = await open();
    for (const key of ['a.1', 'aa', 'b.1', 'c.1', 'rou', 'route.1']) await kv.writer.put(key, bytes('1'));
    const watch = new Puller(kv, prefixes(['a.', 'rou', 'c.']));
    const chunk = await watch.next();
    expect(chunk.updates.map(({ key }) => key)).toEqual(['a.1', 'c.1', 'rou', 'route.1']);
    await kv.writer.put('aa', bytes('2'));
    await kv.writer.put('c.2', bytes('1'));
    expect((await watch.next()).updates.map(({ key }) => key)).toEqual(['c.2']);
  });

  test('a prefix that begins no key is refused', async () => {
    const { kv } = await open();
    expect(await codeOf(new Puller(kv, prefix('a..')).next())).toBe('INVALID_KEY');
  });
});

describe('resuming', () => {
  test('yields exactly what came after the cursor, history included', async () => {
    const { kv } = await open({ history: 5 });
    for (const value of ['1', '2', '3', '4']) await kv.writer.put('a', bytes(value));
    const chunk = await new Puller(kv, all(), await cursorAt(kv, 2)).next();
    expect(chunk.updates.map(brief)).toEqual(['put a 3', 'put a 4']);
    expect(chunk.pending).toBe(0);
  });

  test('at the head yields nothing but that it is caught up, until something is written', async () => {
    const { kv } = await open();
    await kv.writer.put('a', bytes('1'));
    const watch = new Puller(kv, all(), await cursorAt(kv, 1));
    expect(await watch.next()).toMatchObject({ updates: [], pending: 0 });
    watch.park();
    await settlePromises();
    expect(watch.settled).toBeUndefined();
    await kv.writer.put('b', bytes('1'));
    await settlePromises();
    expect(watch.chunk?.updates.map(brief)).toEqual(['put b 2']);
  });

  test('is refused below the window, beyond the end, and in another epoch, before anything is yielded', async () => {
    const { kv } = await open();
    const foreign = await open();
    await foreign.kv.writer.put('a', bytes('1'));
    for (const key of ['a', 'b', 'a', 'b', 'c']) await kv.writer.put(key, bytes('1'));
    expect((await kv.status()).firstRevision).toBe(3n);
    expect(await codeOf(new Puller(kv, all(), await cursorAt(kv, 1)).next())).toBe('CURSOR_EXPIRED');
    expect((await new Puller(kv, all(), await cursorAt(kv, 2)).next()).updates.length).toBe(3);
    expect(await codeOf(new Puller(kv, all(), await cursorAt(kv, 6)).next())).toBe('CURSOR_EXPIRED');
    const u64max = WatchCursor.of({ version: VersionToken.fromRevision(0xffff_ffff_ffff_ffffn) });
    expect(await codeOf(new Puller(kv, all(), u64max).next())).toBe('CURSOR_EXPIRED');
    const opaque = WatchCursor.of({ version: VersionToken.fromBytes(bytes('abc')) });
    expect(await codeOf(new Puller(kv, all(), opaque).next())).toBe('CURSOR_EXPIRED');
    const before = await cursorAt(kv, 5);
    await kv.recreate();
    for (let index = 0; index < 6; index++) await kv.writer.put('a', bytes('1'));
    const expired = new Puller(kv, all(), before);
    expect(await codeOf(expired.next())).toBe('CURSOR_EXPIRED');
    expect(await expired.iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('an interior gap does not expire a cursor', async () => {
    const { kv } = await open();
    for (const key of ['anchor', 'a', 'a', 'a', 'b']) await kv.writer.put(key, bytes('1'));
    const chunk = await new Puller(kv, all(), await cursorAt(kv, 2)).next();
    expect(chunk.updates.map(brief)).toEqual(['put a 4', 'put b 5']);
  });
});

describe('bookmarks', () => {
  test('an idle scope moves its cursor to the head while its neighbours churn', async () => {
    const { kv, clock } = await open({ bookmarkIntervalMs: 500 });
    const watch = new Puller(kv, prefix('idle.'));
    await watch.next();
    watch.park();
    await settlePromises();
    for (let index = 0; index < 100; index++) await kv.writer.put('busy', bytes('1'));
    await clock.advance(499);
    expect(watch.settled).toBeUndefined();
    await clock.advance(1);
    expect(watch.chunk).toMatchObject({ updates: [], pending: 0 });
    expect(watch.chunk?.cursor.revision).toBe(100n);
    const resumed = await new Puller(kv, prefix('idle.'), watch.chunk?.cursor).next();
    expect(resumed.updates).toEqual([]);
  });

  test('what was written before the pull moves the cursor as well', async () => {
    const { kv, clock } = await open();
    const watch = new Puller(kv, prefix('idle.'));
    await watch.next();
    await kv.writer.put('busy', bytes('1'));
    watch.park();
    await clock.advance(1_000);
    expect(watch.chunk?.cursor.revision).toBe(1n);
  });

  test('a quiet bucket costs no timer and no chunk', async () => {
    const { kv, clock } = await open();
    const watch = new Puller(kv);
    await watch.next();
    watch.park();
    await clock.advance(3_600_000);
    expect(watch.settled).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  test('a chunk that catches up stands at the head, not at its last update', async () => {
    const { kv } = await open();
    await kv.writer.put('a.1', bytes('1'));
    await kv.writer.put('b.1', bytes('1'));
    expect((await new Puller(kv, prefix('a.')).next()).cursor.revision).toBe(2n);
  });
});

describe('limits under a live watch', () => {
  test('a parked watch sees expiry markers when they are due', async () => {
    const { kv, clock } = await open({ markerTtlMs: 60_000 });
    await kv.ttl?.putWithTtl('a', bytes('1'), 1_000);
    const watch = new Puller(kv);
    await watch.next();
    watch.park();
    await clock.advance(999);
    expect(watch.settled).toBeUndefined();
    await clock.advance(1);
    expect(watch.chunk?.updates.map(brief)).toEqual(['delete a 2']);
    await watch.iterator.return?.();
    expect(clock.pendingTimers).toBe(0);
  });

  test('a times to live that ends sooner than those before is not slept through', async () => {
    const { kv, clock } = await open({ markerTtlMs: 60_000 });
    const watch = new Puller(kv);
    await watch.next();
    await kv.ttl?.putWithTtl('late', bytes('1'), 50_000);
    await kv.ttl?.putWithTtl('soon', bytes('1'), 1_000);
    await watch.next();
    watch.park();
    await clock.advance(1_000);
    expect(watch.chunk?.updates.map(brief)).toEqual(['delete soon 3']);
  });

  test('a last value that is dropped before it was read ends the watch with CURSOR_EXPIRED', async () => {
    const { kv } = await open({ maxBytes: 100, discard: 'old' });
    const watch = new Puller(kv);
    await watch.next();
    for (let index = 0; index < 20; index++) await kv.writer.put(`k${index}`, bytes('1'));
    expect(await codeOf(watch.next())).toBe('CURSOR_EXPIRED');
    expect(await watch.iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('a parked watch is overrun as well when one turn writes more than the log holds', async () => {
    const { kv } = await open({ maxBytes: 100, discard: 'old' });
    const watch = new Puller(kv);
    await watch.next();
    watch.park();
    await settlePromises();
    for (let index = 0; index < 20; index++) void kv.writer.put(`k${index}`, bytes('1'));
    await settlePromises();
    expect(code(watch.settled)).toBe('CURSOR_EXPIRED');
  });

  test('dropped values out of scope, or read already, do no harm', async () => {
    const { kv } = await open({ maxBytes: 100, discard: 'old' });
    const idle = new Puller(kv, prefix('z'));
    const reader = new Puller(kv);
    await idle.next();
    for (let index = 0; index < 20; index++) {
      await kv.writer.put(`k${index}`, bytes('1'));
      expect((await reader.next()).pending).toBe(0);
    }
    await kv.writer.put('z', bytes('1'));
    expect((await idle.next()).updates.map(brief)).toEqual(['put z 21']);
  });

  test('superseded versions that go, moving the floor past a slow watch, do no harm', async () => {
    const { kv } = await open({ history: 2 });
    const watch = new Puller(kv);
    await watch.next();
    for (let index = 0; index < 50; index++) await kv.writer.put('a', bytes(`${index}`));
    expect((await kv.status()).firstRevision).toBe(49n);
    expect((await watch.next()).updates.map(brief)).toEqual(['put a 49', 'put a 50']);
  });

  test('an expired value that left a marker does no harm; once the marker is gone it does', async () => {
    const { kv, clock } = await open({ markerTtlMs: 10_000 });
    const slow = new Puller(kv);
    const slower = new Puller(kv);
    await slow.next();
    await slower.next();
    await kv.ttl?.putWithTtl('a', bytes('1'), 1_000);
    await clock.advance(1_000);
    expect((await slow.next()).updates.map(brief)).toEqual(['delete a 2']);
    await clock.advance(10_000);
    expect(await codeOf(slower.next())).toBe('CURSOR_EXPIRED');
  });

  test('delete markers purged before they were read end the watch', async () => {
    const { kv } = await open();
    await kv.writer.put('a', bytes('1'));
    const watch = new Puller(kv);
    await watch.next();
    await kv.writer.delete('a');
    await kv.purgeDeletes(0);
    expect(await codeOf(watch.next())).toBe('CURSOR_EXPIRED');
  });
});

describe('the end of a watch', () => {
  test('leaving the loop frees it, and lets a parked pull go', async () => {
    const { kv, clock } = await open({ markerTtlMs: 1_000 });
    await kv.ttl?.putWithTtl('a', bytes('1'), 60_000);
    for await (const chunk of kv.watcher.watch(all())) {
      expect(chunk.pending).toBe(0);
      break;
    }
    expect(clock.pendingTimers).toBe(0);
    const watch = new Puller(kv);
    await watch.next();
    watch.park();
    await settlePromises();
    await watch.iterator.return?.();
    await settlePromises();
    expect(watch.settled).toBe('done');
    expect(clock.pendingTimers).toBe(0);
  });

  test('nothing happens before the first pull, and a watch left before it never attaches', async () => {
    const { kv } = await open();
    const watch = new Puller(kv);
    await kv.writer.put('a', bytes('1'));
    await watch.iterator.return?.();
    expect(await watch.iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('pulls that overlap are answered one after the other, in the order they came', async () => {
    const { kv } = await open();
    const { iterator } = new Puller(kv);
    const pulls = [iterator.next(), iterator.next(), iterator.next()];
    await pulls[0];
    await kv.writer.put('a', bytes('1'));
    await pulls[1];
    await kv.writer.put('b', bytes('1'));
    const chunks = await Promise.all(pulls);
    expect(chunks.map(({ value }) => value?.updates.map(brief))).toEqual([[], ['put a 1'], ['put b 2']]);
  });

  test('an iterator that is left no longer counts as attached', async () => {
    const { kv } = await open();
    const watch = new Puller(kv);
    expect(kv.attachedWatches).toBe(0);
    await watch.next();
    expect(kv.attachedWatches).toBe(1);
    await watch.iterator.return?.();
    expect(kv.attachedWatches).toBe(0);
  });

  test('a signal ends a parked pull, or the next one, with ABORTED, once', async () => {
    const { kv } = await open();
    const controller = new AbortController();
    const parked = new Puller(kv, all(), undefined, controller.signal);
    const idle = new Puller(kv, all(), undefined, controller.signal);
    await parked.next();
    await idle.next();
    parked.park();
    await settlePromises();
    controller.abort(new Error('enough'));
    await settlePromises();
    expect(code(parked.settled)).toBe('ABORTED');
    expect(await codeOf(idle.next())).toBe('ABORTED');
    expect(await idle.iterator.next()).toEqual({ done: true, value: undefined });
    expect(await codeOf(new Puller(kv, all(), undefined, controller.signal).next())).toBe('ABORTED');
  });

  test('a re-created bucket breaks its watches with WATCH_FAILED, and their cursors are expired', async () => {
    const { kv } = await open();
    await kv.writer.put('a', bytes('1'));
    const watch = new Puller(kv);
    const { cursor } = await watch.next();
    watch.park();
    await settlePromises();
    await kv.recreate();
    await settlePromises();
    expect(code(watch.settled)).toBe('WATCH_FAILED');
    expect(await codeOf(new Puller(kv, all(), cursor).next())).toBe('CURSOR_EXPIRED');
  });

  test('closing the store ends its watches with CLOSED', async () => {
    const { kv } = await open();
    const watch = new Puller(kv);
    await watch.next();
    watch.park();
    await settlePromises();
    await kv.close();
    await settlePromises();
    expect(code(watch.settled)).toBe('CLOSED');
  });
});
