import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import { prefix } from '../scope/watch-scope.js';
import {
  chunkOf,
  cursorAt,
  deleteUpdate,
  FaultySnapshotStore,
  ManualClock,
  openScratchFold,
  putUpdate,
  ScratchMedium,
  ScriptedSource,
  settlePromises,
} from '../testing/index.js';
import type { AppliedWatch } from './applied-watch.js';
import { MAX_STORE_FAILURES } from './applier.js';
import { watchApplied } from './watch-applied.js';
import type { WatchOptions } from './watch-options.js';

let clock: ManualClock;
let source: ScriptedSource;
let medium: ScratchMedium;
let store: FaultySnapshotStore;
let watches: AppliedWatch[];

beforeEach(async () => {
  clock = new ManualClock();
  source = new ScriptedSource();
  medium = new ScratchMedium();
  store = new FaultySnapshotStore(await openScratchFold(medium));
  watches = [];
});

afterEach(async () => {
  await Promise.allSettled(watches.map((watch) => watch.stop()));
});

function follow<U = KvUpdate>(options: Partial<WatchOptions<U>> = {}): AppliedWatch {
  const watch = watchApplied<U>({ source, store, clock, random: () => 0, ...options });
  watches.push(watch);
  return watch;
}

const failure = (code: 'UNAVAILABLE' | 'WATCH_FAILED' | 'NOT_FOUND' | 'UNAUTHORIZED'): SlipstreamError =>
  new SlipstreamError(code, `scripted ${code}`);

describe('cursor authority', () => {
  test('the cursor moves after apply returned and the store committed, in the order apply, store, cursor, onApplied', async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const watch = follow({
      apply: async () => {
        order.push(`apply at ${watch.cursor}`);
        await gate.promise;
      },
      onApplied: (cursor) => void order.push(`onApplied ${cursor}, store at ${store.cursor}`),
    });
    const held = store.holdNext();
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await settlePromises();
    expect(order).toEqual([`apply at ${WatchCursor.none}`]);
    expect(store.applies).toHaveLength(0);
    gate.resolve();
    await held.entered;
    expect(watch.cursor.isNone).toBe(true);
    held.release();
    await watch.ready;
    expect(watch.cursor.equals(cursorAt(1))).toBe(true);
    expect(order).toEqual([
      `apply at ${WatchCursor.none}`,
      `onApplied ${cursorAt(1)}, store at ${cursorAt(1)}`,
    ]);
  });

  test('onApplied is waited for before the next batch, the end of the watch, and before it is ready', async () => {
    const kept: string[] = [];
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const watch = follow({
      onApplied: async ({ revision }) => {
        await gates[kept.length]?.promise;
        kept.push(`${revision}`);
      },
    });
    let isReady = false;
    void watch.ready.then(() => {
      isReady = true;
    });
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)]);
    attached.deliver([putUpdate('a', 2)]);
    await settlePromises();
    expect([isReady, store.applies.length]).toEqual([false, 1]);
    gates[0]?.resolve();
    await watch.ready;
    await settlePromises();
    const ended = watch.stop().then(() => kept.push('end'));
    await settlePromises();
    gates[1]?.resolve();
    await ended;
    expect(kept).toEqual(['1', '2', 'end']);
  });

  test('an onApplied that rejects ends the watch at the cursor that it was called with', async () => {
    const full = new Error('no room for a cursor');
    const watch = follow({ onApplied: () => Promise.reject(full) });
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await expect(watch.done).rejects.toMatchObject({
      code: 'APPLY_FAILED',
      message: 'onApplied threw: no room for a cursor',
      cause: full,
    });
    expect(watch.cursor.revision).toBe(1n);
  });

  test('what parse makes nothing of still reaches the store and counts for the cursor', async () => {
    const seen: string[] = [];
    const watch = follow<string>({
      parse: ({ key }) => (key === 'skip' ? undefined : key),
      apply: (batch) => void seen.push(...batch),
    });
    (await source.nextWatch()).deliver([putUpdate('a', 1), putUpdate('skip', 2)]);
    await watch.ready;
    expect(seen).toEqual(['a']);
    expect(watch.cursor.revision).toBe(2n);
    expect(medium.entries.has('skip')).toBe(true);
  });

  test.each(['parse', 'apply'] as const)(
    'a throw in %s ends the watch with the cursor unmoved, and the error names it',
    async (where) => {
      const broken = new Error('no such route table');
      const fail = (): never => {
        throw broken;
      };
      const watch = follow({ [where]: fail });
      (await source.nextWatch()).deliver([putUpdate('a', 1)]);
      const error = await watch.done.catch((caught: unknown) => caught);
      expect(SlipstreamError.is(error, 'APPLY_FAILED')).toBe(true);
      expect((error as SlipstreamError).cause).toBe(broken);
      expect((error as SlipstreamError).message).toBe(`${where} threw: no such route table`);
      expect(watch.cursor.isNone).toBe(true);
      expect(store.applies).toHaveLength(0);
      expect(watch.state.name).toBe('failed');
      await expect(watch.ready).rejects.toBe(error);
    },
  );

  test('an update of unknown version is applied and leaves the cursor where it is', async () => {
    source.extent.lastRevision = 7n;
    const watch = follow({ resume: cursorAt(7) });
    const synthetic = { ...deleteUpdate('gone', 1), version: VersionToken.unknown };
    (await source.nextWatch()).deliver([synthetic], { cursor: WatchCursor.none });
    await watch.ready;
    await watch.between(() => undefined);
    expect(store.applies.map(({ updates }) => updates)).toEqual([[synthetic]]);
    expect(watch.cursor.equals(cursorAt(7))).toBe(true);
  });

  test('a bookmark moves the cursor in the store without any update', async () => {
    const watch = follow();
    (await source.nextWatch()).deliver([], { cursor: cursorAt(40) });
    await watch.ready;
    expect(medium.cursor.equals(cursorAt(40))).toBe(true);
    expect(store.applies.map(({ updates }) => updates.length)).toEqual([0]);
  });
});

describe('batches', () => {
  test('the store gets the last update per key, apply gets them all in order', async () => {
    const seen: string[] = [];
    const watch = follow({
      apply: (batch) => void seen.push(...batch.map(({ version }) => `${version.revision}`)),
    });
    (await source.nextWatch()).deliver([putUpdate('a', 1), putUpdate('b', 2), deleteUpdate('a', 3)]);
    await watch.ready;
    expect(seen).toEqual(['1', '2', '3']);
    expect(store.applies[0]?.updates.map(({ key, kind }) => `${kind} ${key}`)).toEqual(['delete a', 'put b']);
  });

  test('while more is pending an update waits for company no longer than the window', async () => {
    const watch = follow({ batch: { windowMs: 10 } });
    const attached = await source.nextWatch();
    attached.deliver([]);
    await watch.ready;
    attached.deliver([putUpdate('a', 1)], { pending: 5 });
    await clock.advance(4);
    attached.deliver([putUpdate('b', 2)], { pending: 4 });
    await clock.advance(5);
    expect(store.applies).toHaveLength(0);
    await clock.advance(1);
    expect(store.applies.map(({ updates }) => updates.length)).toEqual([2]);
  });

  test('when the source has nothing more, a live update is applied without waiting for time to pass', async () => {
    const watch = follow({ batch: { windowMs: 10_000 } });
    const attached = await source.nextWatch();
    attached.deliver([]);
    await watch.ready;
    attached.deliver([putUpdate('a', 1)]);
    await watch.waitFor(VersionToken.fromRevision(1));
  });

  test('a batch is applied when it has as many updates as allowed, and more are allowed while catching up', async () => {
    const watch = follow({ batch: { max: 2, catchUpMax: 3, windowMs: 1e9 } });
    const attached = await source.nextWatch();
    for (let revision = 1; revision <= 3; revision++)
      attached.deliver([putUpdate('a', revision)], { pending: 9 });
    await settlePromises();
    expect(store.applies).toHaveLength(1);
    expect(watch.cursor.revision).toBe(3n);
    attached.deliver([]);
    await watch.ready;
    for (let revision = 4; revision <= 5; revision++)
      attached.deliver([putUpdate('a', revision)], { pending: 9 });
    await settlePromises();
    expect(watch.cursor.revision).toBe(5n);
  });

  test('a batch is applied when it has as many bytes as allowed', async () => {
    const watch = follow({ batch: { maxBytes: 1000, windowMs: 1e9 } });
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1, new Uint8Array(600))], { pending: 9 });
    await settlePromises();
    expect(store.applies).toHaveLength(0);
    attached.deliver([putUpdate('b', 2, new Uint8Array(600))], { pending: 8 });
    await settlePromises();
    expect(watch.cursor.revision).toBe(2n);
  });

  test('the consumer is not asked for more while a full batch is being applied', async () => {
    follow({ batch: { max: 1, catchUpMax: 1 } });
    const attached = await source.nextWatch();
    const held = store.holdNext();
    for (let revision = 1; revision <= 5; revision++)
      attached.deliver([putUpdate('a', revision)], { pending: 9 });
    await held.entered;
    await settlePromises();
    expect(attached.queued).toBe(4);
    held.release();
  });

  test('a stop flushes what was received and resolves to the cursor after it', async () => {
    const watch = follow({ batch: { windowMs: 1e9 } });
    (await source.nextWatch()).deliver([putUpdate('a', 1)], { pending: 9 });
    await settlePromises();
    const cursor = await watch.stop();
    expect(cursor.equals(cursorAt(1))).toBe(true);
    expect(medium.cursor.equals(cursorAt(1))).toBe(true);
    expect(watch.state.name).toBe('stopped');
    expect(await watch.done).toBe(cursor);
    expect(source.openWatches).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a failing store', () => {
  test('is offered the same batch again before anything newer, and leaves no hole', async () => {
    const watch = follow({ batch: { max: 1, catchUpMax: 1 } });
    store.failNext(3);
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)], { pending: 1 });
    attached.deliver([putUpdate('b', 2)]);
    await clock.advance(60_000);
    await watch.ready;
    expect(store.applies.map(({ updates, committed }) => `${updates[0]?.key} ${committed}`)).toEqual([
      'a false',
      'a false',
      'a false',
      'a true',
      'b true',
    ]);
    expect(watch.cursor.revision).toBe(2n);
  });

  test('reaches the caller only once, however often the store is tried', async () => {
    let applied = 0;
    const watch = follow({
      apply: (batch) => {
        applied += batch.length;
      },
    });
    store.failNext(2);
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await clock.advance(60_000);
    await watch.ready;
    expect(applied).toBe(1);
  });

  test(`ends the watch with its own error after ${MAX_STORE_FAILURES} failures in a row, at the last commit`, async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)]);
    await watch.ready;
    const full = new SlipstreamError('STORE_FAILED', 'the disk is full');
    store.failAlways(full);
    attached.deliver([putUpdate('a', 2)]);
    await clock.advance(3_600_000);
    await expect(watch.done).rejects.toBe(full);
    expect(store.applies).toHaveLength(1 + MAX_STORE_FAILURES);
    expect(watch.cursor.revision).toBe(1n);
    expect(medium.cursor.revision).toBe(1n);
  });

  test('ends the session that it ends the watch in, and says why', async () => {
    const ended: unknown[] = [];
    const watch = follow({
      observer: (event) => void (event.type === 'session-ended' && ended.push(event)),
    });
    const corrupted = new SlipstreamError('CORRUPTED', 'bad page');
    store.failAlways(corrupted);
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await expect(watch.done).rejects.toBe(corrupted);
    expect(ended).toEqual([{ type: 'session-ended', session: 1, received: 1, error: corrupted }]);
  });

  test('that no retry can resolve ends the watch at once', async () => {
    const watch = follow();
    store.failAlways(new SlipstreamError('CLOSED', 'the fold is closed'));
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await expect(watch.done).rejects.toMatchObject({ code: 'CLOSED' });
    expect(store.applies).toHaveLength(1);
  });

  test('that is closed ends the watch, though another source could be opened', async () => {
    let opened = 0;
    const watch = follow({
      source: async () => {
        opened += 1;
        return source;
      },
    });
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)]);
    await watch.ready;
    await store.close();
    attached.fail(failure('UNAVAILABLE'));
    await clock.advance(100);
    await expect(watch.done).rejects.toMatchObject({
      code: 'CLOSED',
      message: expect.stringContaining('scratch fold'),
    });
    expect(opened).toBe(1);
  });

  test('does not hold up a stop: one last attempt, then the error', async () => {
    const watch = follow();
    store.failAlways();
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await settlePromises();
    await expect(watch.stop()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(store.applies).toHaveLength(2);
  });
});

describe('attaching', () => {
  test('resumes at the cursor of the store, and without one begins with the state', async () => {
    await store.apply([putUpdate('a', 3)], cursorAt(3));
    source.extent.lastRevision = 3n;
    follow();
    expect((await source.nextWatch()).resume?.equals(cursorAt(3))).toBe(true);
    follow({ store: undefined });
    expect((await source.nextWatch()).resume).toBeUndefined();
  });

  test('an earlier cursor takes the fold back, so that a crash leaves no older update with a newer cursor', async () => {
    await store.apply([putUpdate('a', 9)], cursorAt(10));
    source.extent.lastRevision = 10n;
    const watch = follow({ resume: cursorAt(5), batch: { max: 1, catchUpMax: 1 } });
    const attached = await source.nextWatch();
    expect(attached.resume?.revision).toBe(5n);
    expect(medium.cursor.revision).toBe(5n);
    attached.deliver([putUpdate('a', 6)], { pending: 1 });
    await settlePromises();
    expect([medium.cursor.revision, medium.entries.get('a')?.version.revision]).toEqual([6n, 6n]);
    await watch.between((fold) => expect(fold?.cursor.toString()).toBe(watch.cursor.toString()));
    attached.deliver([putUpdate('a', 9)], { cursor: cursorAt(10) });
    await watch.ready;
    expect([medium.cursor.revision, medium.entries.get('a')?.version.revision]).toEqual([10n, 9n]);
  });

  test('a dropped source is attached again after what was received, once that is applied', async () => {
    const watch = follow({ batch: { windowMs: 1e9 } });
    const first = await source.nextWatch();
    first.deliver([putUpdate('a', 1)], { pending: 3 });
    first.fail(failure('WATCH_FAILED'));
    await clock.advance(200);
    const second = await source.nextWatch();
    expect(second.resume?.equals(cursorAt(1))).toBe(true);
    second.deliver([putUpdate('b', 2)]);
    await watch.ready;
    expect(watch.state.name).toBe('live');
  });

  test('waits longer after each failure in a row, up to the cap, and starts over once something was delivered', async () => {
    follow({ reattach: { initialDelayMs: 100, maxDelayMs: 400 } });
    const waits: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      (await source.nextWatch()).fail(failure('UNAVAILABLE'));
      await settlePromises();
      waits.push(clock.nextTimerMs);
      await clock.advance(clock.nextTimerMs ?? 0);
    }
    const healthy = await source.nextWatch();
    healthy.deliver([putUpdate('a', 1)]);
    healthy.fail(failure('WATCH_FAILED'));
    await settlePromises();
    waits.push(clock.nextTimerMs);
    expect(waits).toEqual([50, 100, 200, 200, 50]);
  });

  test('a source that ends its stream at once is not asked again in a hot loop', async () => {
    follow();
    (await source.nextWatch()).end();
    await settlePromises();
    expect(source.watches).toHaveLength(1);
    expect(clock.nextTimerMs).toBe(50);
  });

  test('UNAUTHORIZED, which no retry resolves, ends the watch', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)], { pending: 2 });
    attached.fail(failure('UNAUTHORIZED'));
    await expect(watch.done).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(watch.cursor.revision).toBe(1n);
    expect(watch.state).toMatchObject({ name: 'failed', cause: { code: 'UNAUTHORIZED' } });
  });

  describe('a source that is not there any more', () => {
    /** Finds nothing at each attachment, for this long. */
    async function staysAwayFor(milliseconds: number): Promise<void> {
      const until = clock.now() + milliseconds;
      while (clock.now() < until) {
        await clock.advance(clock.nextTimerMs ?? 0);
        (await source.nextWatch()).fail(failure('NOT_FOUND'));
        await settlePromises();
      }
    }

    test('is waited for, and followed again', async () => {
      const watch = follow();
      const attached = await source.nextWatch();
      attached.deliver([putUpdate('a', 1)]);
      attached.fail(failure('NOT_FOUND'));
      await settlePromises();
      await staysAwayFor(10_000);
      expect(watch.state).toMatchObject({ name: 'stale', cause: { code: 'NOT_FOUND' } });
      await clock.advance(clock.nextTimerMs ?? 0);
      (await source.nextWatch()).deliver([putUpdate('b', 2)]);
      await settlePromises();
      expect(watch.state.name).toBe('live');
      expect(watch.cursor.revision).toBe(2n);
    });

    test('ends the watch when it stays away', async () => {
      const watch = follow();
      const attached = await source.nextWatch();
      attached.deliver([putUpdate('a', 1)]);
      attached.fail(failure('NOT_FOUND'));
      await settlePromises();
      await staysAwayFor(30_000);
      await expect(watch.done).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(watch.cursor.revision).toBe(1n);
    });

    test('is waited for as long each time that it goes', async () => {
      const watch = follow({ missingSourceMs: 1_000 });
      for (const revision of [1, 2, 3]) {
        const attached = await source.nextWatch();
        attached.deliver([putUpdate('a', revision)]);
        attached.fail(failure('NOT_FOUND'));
        await settlePromises();
        await clock.advance(700);
        (await source.nextWatch()).fail(failure('UNAVAILABLE'));
        await settlePromises();
        await clock.advance(clock.nextTimerMs ?? 0);
      }
      expect(watch.state.name).toBe('stale');
    });

    test('and never was ends the watch at once', async () => {
      const watch = follow();
      (await source.nextWatch()).fail(failure('NOT_FOUND'));
      await expect(watch.done).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(source.watches).toHaveLength(1);
    });
  });

  test('a bug in a source ends the watch instead of being repeated', async () => {
    const watch = follow();
    (await source.nextWatch()).fail(new TypeError('undefined is not a function'));
    await expect(watch.done).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(source.watches).toHaveLength(1);
  });

  test('what an adapter maps to a code is retried by its code, whatever was underneath', async () => {
    const watch = follow();
    const failed = new SlipstreamError('UNAVAILABLE', 'no route', { cause: new TypeError('fetch failed') });
    (await source.nextWatch()).fail(failed);
    await clock.advance(200);
    (await source.nextWatch()).deliver([]);
    await watch.ready;
  });

  test('a source given as a function is opened with retries, and closed by the watch', async () => {
    let attempts = 0;
    const watch = follow({
      source: async () => {
        attempts += 1;
        if (attempts < 3) throw failure('UNAVAILABLE');
        return source;
      },
    });
    await clock.advance(1000);
    (await source.nextWatch()).deliver([]);
    await watch.ready;
    expect(attempts).toBe(3);
    await watch.stop();
    await expect(source.status()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('a source that is closed and cannot be closed again is reopened all the same', async () => {
    const another = new ScriptedSource();
    const sources = [source, another];
    const watch = follow({ source: async () => sources.shift() ?? another });
    const attached = await source.nextWatch();
    source.close = () => Promise.reject(new Error('closed already'));
    attached.fail(new SlipstreamError('CLOSED', 'scripted'));
    await clock.advance(100);
    (await another.nextWatch()).deliver([]);
    await watch.ready;
  });

  test('a source that opens too late for a stop, and cannot be closed, does no harm', async () => {
    const late = Promise.withResolvers<ScriptedSource>();
    const watch = follow({ source: () => late.promise });
    await settlePromises();
    await watch.stop();
    let closes = 0;
    source.close = () => {
      closes += 1;
      return Promise.reject(new Error('stuck'));
    };
    late.resolve(source);
    await settlePromises();
    expect(closes).toBe(1);
  });

  test('a source that opens too late for a stop is closed', async () => {
    const late = Promise.withResolvers<ScriptedSource>();
    const watch = follow({ source: () => late.promise });
    await watch.stop();
    late.resolve(source);
    await settlePromises();
    await expect(source.status()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('a source given open stays open', async () => {
    const watch = follow();
    await watch.stop();
    await expect(source.status()).resolves.toBeDefined();
  });
});

describe('readiness and states', () => {
  test('an empty scope is ready at once', async () => {
    const watch = follow({ scope: prefix('nobody.') });
    (await source.nextWatch()).deliver([]);
    await watch.ready;
    expect(watch.state.name).toBe('live');
  });

  test('ready comes after what was pending at first, though writers never let the source catch up', async () => {
    const watch = follow({ batch: { catchUpMax: 2 } });
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)], { pending: 2 });
    attached.deliver([putUpdate('b', 2)], { pending: 50 });
    await settlePromises();
    expect(watch.state.name).toBe('catching-up');
    attached.deliver([putUpdate('c', 3)], { pending: 100 });
    await watch.ready;
    expect(watch.cursor.revision).toBe(3n);
  });

  test('ready comes though keys that were pending vanish before they are delivered', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)], { pending: 2 });
    attached.deliver([], { cursor: cursorAt(3) });
    await watch.ready;
  });

  test('every state is reported with its cause, and a stale watch is live again only once it has caught up', async () => {
    const states: string[] = [];
    const watch = follow({
      observer: (event) => {
        if (event.type === 'state-changed')
          states.push(`${event.to.name} ${event.to.cause?.code ?? ''}`.trim());
      },
    });
    const first = await source.nextWatch();
    first.deliver([]);
    await watch.ready;
    first.fail(failure('WATCH_FAILED'));
    await clock.advance(200);
    const second = await source.nextWatch();
    second.deliver([putUpdate('a', 1)], { pending: 1 });
    await settlePromises();
    expect(watch.state.name).toBe('stale');
    second.deliver([putUpdate('a', 2)]);
    await watch.waitFor(VersionToken.fromRevision(2));
    await settlePromises();
    await watch.stop();
    expect(states).toEqual(['catching-up', 'live', 'stale WATCH_FAILED', 'live', 'stopped']);
  });

  test('lag counts what the source has and what is not applied yet; cut off, it is unknown', async () => {
    const watch = follow({ batch: { windowMs: 1e9 } });
    expect(watch.lag).toBeUndefined();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1), putUpdate('b', 2)], { pending: 3 });
    await settlePromises();
    expect(watch.lag).toBe(5);
    attached.fail(failure('WATCH_FAILED'));
    await settlePromises();
    expect(watch.lag).toBeUndefined();
  });

  test('lag counts what is being applied until it is committed', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([]);
    await watch.ready;
    store.failNext(1);
    attached.deliver([putUpdate('a', 1), putUpdate('b', 2)]);
    await settlePromises();
    expect(watch.lag).toBe(2);
    await clock.advance(100);
    expect(watch.lag).toBe(0);
  });

  test('a watch stopped before it is ready says so', async () => {
    const watch = follow();
    await watch.stop();
    await expect(watch.ready).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('an abort signal stops the watch as stop does', async () => {
    const controller = new AbortController();
    const watch = follow({ signal: controller.signal });
    (await source.nextWatch()).deliver([putUpdate('a', 1)]);
    await watch.ready;
    controller.abort();
    expect((await watch.done).revision).toBe(1n);
  });
});

describe('waitFor', () => {
  test('resolves when the version is applied, and at once when it was before', async () => {
    const watch = follow();
    const passed = watch.waitFor(VersionToken.fromRevision(2));
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)], { pending: 1 });
    attached.deliver([putUpdate('a', 2)]);
    await passed;
    expect(medium.cursor.revision).toBe(2n);
    await watch.waitFor(VersionToken.fromRevision(1));
  });

  test('rejects on abort, at the end of the watch, and for versions without order', async () => {
    const watch = follow();
    const controller = new AbortController();
    const aborted = watch.waitFor(VersionToken.fromRevision(9), { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', name: 'AbortError' });
    await expect(watch.waitFor(VersionToken.fromBytes(new Uint8Array(3)))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    const ended = watch.waitFor(VersionToken.fromRevision(9));
    await Promise.all([watch.stop(), expect(ended).rejects.toMatchObject({ code: 'CLOSED' })]);
    await expect(watch.waitFor(VersionToken.fromRevision(1))).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('between', () => {
  test('sees the fold exactly at the applied cursor, with everything received flushed and nothing applied meanwhile', async () => {
    const watch = follow({ batch: { windowMs: 1e9 } });
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)], { pending: 9 });
    await settlePromises();
    const leave = Promise.withResolvers<void>();
    const visit = watch.between(async (visited) => {
      const before = visited?.cursor.toString();
      attached.deliver([putUpdate('b', 2)]);
      await settlePromises();
      expect(watch.cursor.toString()).toBe(before);
      await leave.promise;
      return before;
    });
    leave.resolve();
    expect(await visit).toBe(cursorAt(1).toString());
    await watch.ready;
    expect(watch.cursor.revision).toBe(2n);
  });

  test('works while the source is gone, and what its visitor throws harms nothing', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1)]);
    await watch.ready;
    attached.fail(failure('UNAVAILABLE'));
    await settlePromises();
    expect(await watch.between((visited) => visited?.cursor.revision)).toBe(1n);
    const mistake = new Error('visitor');
    await expect(
      watch.between(() => {
        throw mistake;
      }),
    ).rejects.toBe(mistake);
    await clock.advance(200);
    (await source.nextWatch()).deliver([putUpdate('a', 2)]);
    await watch.waitFor(VersionToken.fromRevision(2));
  });

  test('is refused once the watch has ended', async () => {
    const watch = follow();
    await watch.stop();
    await expect(watch.between(() => undefined)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test.each(['stopped', 'failed'] as const)(
    'is over when the watch has %s: no visitor is admitted while the source is closed',
    async (end) => {
      const closing = Promise.withResolvers<void>();
      source.close = () => closing.promise;
      const watch = follow({ source: async () => source });
      const attached = await source.nextWatch();
      attached.deliver([]);
      await watch.ready;
      const left: string[] = [];
      const leave = Promise.withResolvers<void>();
      const early = watch.between(() => leave.promise.then(() => void left.push('early')));
      if (end === 'failed') attached.fail(failure('UNAUTHORIZED'));
      const ended = watch.done.catch(() => undefined).then(() => void left.push('watch'));
      if (end === 'stopped') void watch.stop();
      leave.resolve();
      await settlePromises();
      await expect(watch.between(() => undefined)).rejects.toMatchObject({ code: 'CLOSED' });
      closing.resolve();
      await Promise.all([early, ended]);
      expect(left).toEqual(['early', 'watch']);
      expect(watch.state.name).toBe(end);
    },
  );
});

test('options that make no sense are refused by name', () => {
  expect(() => watchApplied({ source: {} as ScriptedSource })).toThrow(TypeError);
  expect(() => watchApplied({ source, batch: { max: 0 } })).toThrow(/batch\.max is 0/);
  expect(() => watchApplied({ source, batch: { windowMs: -1 } })).toThrow(/batch\.windowMs is -1/);
  expect(() => watchApplied({ source, reattach: { maxDelayMs: 1 } })).toThrow(/backoff\.maxDelayMs is 1/);
});

test.each(['parse', 'apply', 'onApplied', 'observer', 'random'])(
  'a value of %s that is not a function is refused by name, before anything is watched',
  (name) => {
    expect(() => watchApplied({ source, [name]: {} })).toThrow(
      new TypeError(`${name} has to be a function, not object`),
    );
    expect(() => watchApplied({ source, [name]: null })).toThrow(/not null/);
    expect(source.requests).toEqual([]);
  },
);

test('a chunk without a cursor claims nothing', async () => {
  const watch = follow();
  (await source.nextWatch()).deliverChunk({ ...chunkOf([putUpdate('a', 1)]), cursor: WatchCursor.none });
  await watch.ready;
  expect(watch.cursor.isNone).toBe(true);
  expect(medium.entries.has('a')).toBe(true);
});
