import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';
import { PURGE_DELETES_AGE_MS } from '../protocol/marker-window.js';
import { prefix } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import {
  collect,
  cursorAt,
  deleteUpdate,
  ManualClock,
  openScratchFold,
  putUpdate,
  ScratchMedium,
  ScriptedSource,
  settlePromises,
  TEST_TIME,
} from '../testing/index.js';
import type { AppliedWatch } from './applied-watch.js';
import { watchApplied } from './watch-applied.js';
import type { WatchEvent } from './watch-observer.js';
import type { WatchOptions } from './watch-options.js';

let clock: ManualClock;
let source: ScriptedSource;
let store: SnapshotStore;
let events: WatchEvent[];
let applied: string[];
let watches: AppliedWatch[];

/** A fold at revision 10 of a log that reaches to 20: `a` and `b` are live there, `gone` is not any more. */
beforeEach(async () => {
  clock = new ManualClock();
  source = new ScriptedSource();
  source.fill([putUpdate('a', 2), putUpdate('b', 20)]);
  store = await openScratchFold(new ScratchMedium());
  await store.apply([putUpdate('a', 2), putUpdate('b', 3), putUpdate('gone', 4)], cursorAt(10));
  events = [];
  applied = [];
  watches = [];
});

afterEach(async () => {
  await Promise.allSettled(watches.map((watch) => watch.stop()));
});

function follow(options: Partial<WatchOptions> = {}): AppliedWatch {
  const watch = watchApplied({
    source,
    store,
    clock,
    random: () => 0,
    observer: (event) => void events.push(event),
    apply: (batch) => void applied.push(...batch.map(described)),
    ...options,
  });
  watches.push(watch);
  return watch;
}

const described = ({ kind, key, version }: KvUpdate): string => `${kind} ${key} ${version.revision ?? '?'}`;
const keysOf = async (fold: SnapshotStore): Promise<string[]> => collect(fold.keys(''));
const reconciliations = (): WatchEvent[] => events.filter(({ type }) => type === 'fold-reconciled');
const requested = (operation: string): string[] =>
  source.requests.filter((request) => request.operation === operation).map(({ argument }) => argument);

describe('a log that was compacted past the cursor', () => {
  beforeEach(() => {
    source.extent.firstRevision = 15n;
  });

  test('is attached after the gap; what vanished is deleted before the first update, without a full listing of values', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    expect(attached).toMatchObject({ afterGap: true });
    expect(attached.resume?.revision).toBe(10n);
    attached.deliver([putUpdate('gone', 18), putUpdate('b', 20)]);
    await watch.ready;
    expect(applied).toEqual(['delete gone ?', 'put gone 18', 'put b 20']);
    expect(await keysOf(store)).toEqual(['a', 'b', 'gone']);
    expect(requested('scan')).toEqual([]);
    expect(requested('entry')).toEqual(['gone']);
    expect(watch.cursor.revision).toBe(20n);
  });

  test('is reported: the state is repairing, with the reason, until the watch is live', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    await settlePromises();
    expect(watch.state).toMatchObject({ name: 'repairing', cause: { code: 'CURSOR_EXPIRED' } });
    attached.deliver([]);
    await watch.ready;
    expect(reconciliations()).toEqual([
      { type: 'fold-reconciled', reason: 'below-window', vanished: ['gone'], kept: false },
    ]);
    expect(await keysOf(store)).toEqual(['a', 'b']);
  });

  test('keeps what the limits evicted when told to, and says what it kept', async () => {
    const watch = follow({ onVanished: 'keep' });
    (await source.nextWatch()).deliver([]);
    await watch.ready;
    expect(await keysOf(store)).toEqual(['a', 'b', 'gone']);
    expect(applied).toEqual([]);
    expect(reconciliations()).toMatchObject([{ vanished: ['gone'], kept: true }]);
  });

  test('believes a confirming read over a listing that skipped a live key', async () => {
    source.reader.knownKeys = async function* () {
      yield 'b';
    };
    const watch = follow();
    (await source.nextWatch()).deliver([]);
    await watch.ready;
    expect(requested('entry').sort()).toEqual(['a', 'gone']);
    expect(await keysOf(store)).toEqual(['a', 'b']);
  });

  test('leaves a delete to the delta when its marker is part of it', async () => {
    source.fill([deleteUpdate('gone', 17)]);
    const watch = follow();
    (await source.nextWatch()).deliver([deleteUpdate('gone', 17)]);
    await watch.ready;
    expect(applied).toEqual(['delete gone 17']);
  });

  test('concerns the scope only', async () => {
    const scope = prefix('b');
    const { version, epoch, at } = store.cursor;
    await store.apply([], WatchCursor.of({ version, epoch, at, scope: scope.fingerprint }));
    const watch = follow({ scope });
    (await source.nextWatch()).deliver([]);
    await watch.ready;
    expect(await keysOf(store)).toEqual(['a', 'b', 'gone']);
    expect(requested('keys')).toEqual(['b']);
  });

  test.each(['keys', 'entry'] as const)(
    'a failing %s request concludes nothing: it is repaired from the start',
    async (operation) => {
      source.failNext(operation, new SlipstreamError('UNAVAILABLE', 'no leader'));
      const watch = follow();
      (await source.nextWatch()).deliver([putUpdate('b', 20)]);
      await settlePromises();
      expect(await keysOf(store)).toEqual(['a', 'b', 'gone']);
      expect(watch.cursor.revision).toBe(10n);
      expect(watch.state.name).toBe('stale');
      await clock.advance(200);
      (await source.nextWatch()).deliver([putUpdate('b', 20)]);
      await watch.ready;
      expect(await keysOf(store)).toEqual(['a', 'b']);
    },
  );

  test('a listing that no retry resolves ends the watch with the cursor unmoved', async () => {
    source.failNext('keys', new SlipstreamError('UNAUTHORIZED', 'no permission to list'));
    const watch = follow();
    (await source.nextWatch()).deliver([putUpdate('b', 20)]);
    await expect(watch.done).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(store.cursor.revision).toBe(10n);
    expect(await keysOf(store)).toEqual(['a', 'b', 'gone']);
  });

  test('ends a watch that has no fold to reconcile', async () => {
    const watch = follow({ store: undefined, resume: cursorAt(10) });
    await expect(watch.done).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect(source.watches).toHaveLength(0);
  });
});

describe('another incarnation of the log', () => {
  test.each([
    ['epoch-changed', { epoch: 're-created' }],
    ['beyond-end', { lastRevision: 9n }],
  ] as const)(
    '(%s) is followed from its state, after what it does not know is deleted',
    async (reason, extent) => {
      Object.assign(source.extent, extent);
      source.contents.clear();
      source.contents.set('a', putUpdate('a', 1));
      const watch = follow();
      const attached = await source.nextWatch();
      expect(attached.resume).toBeUndefined();
      attached.deliver([putUpdate('a', 1)], { cursor: cursorAt(1, source.extent.epoch) });
      await watch.ready;
      expect(applied).toEqual(['delete b ?', 'delete gone ?', 'put a 1']);
      expect(await keysOf(store)).toEqual(['a']);
      expect(reconciliations()).toMatchObject([{ reason }]);
      if (reason === 'epoch-changed') expect(store.cursor.equals(cursorAt(1, 're-created'))).toBe(true);
    },
  );
});

describe('a repair that a crash cut short', () => {
  test('leaves entries of the old incarnation, which vanish though their versions are past the cursor', async () => {
    await store.apply([putUpdate('gone', 900)], cursorAt(900));
    await store.apply([putUpdate('a', 1)], cursorAt(1, 're-created'));
    Object.assign(source.extent, { epoch: 're-created', firstRevision: 5n });
    const watch = follow();
    (await source.nextWatch()).deliver([], { cursor: cursorAt(20, 're-created') });
    await watch.ready;
    expect(reconciliations()).toMatchObject([{ reason: 'below-window', vanished: ['gone'] }]);
    expect(await keysOf(store)).toEqual(['a', 'b']);
  });
});

describe('a log that lost its end and keeps its epoch', () => {
  test('is followed from its own revisions: the cursor that it never gave out is abandoned first', async () => {
    source.extent.lastRevision = 9n;
    const watch = follow();
    (await source.nextWatch()).deliver([putUpdate('a', 2)], { cursor: cursorAt(9) });
    await watch.ready;
    expect(store.cursor.equals(cursorAt(9))).toBe(true);
    expect(watch.cursor.equals(cursorAt(9))).toBe(true);
  });

  test('is repaired again after a crash in between', async () => {
    source.extent.lastRevision = 9n;
    const first = follow();
    (await source.nextWatch()).deliver([putUpdate('a', 2)], { cursor: WatchCursor.none, pending: 5 });
    await settlePromises();
    await first.stop();
    source.extent.lastRevision = 11n;
    const second = follow();
    const attached = await source.nextWatch();
    expect(attached.resume).toBeUndefined();
    attached.deliver([putUpdate('b', 10)], { cursor: cursorAt(11) });
    await second.ready;
    expect(reconciliations()).toMatchObject([{ reason: 'beyond-end' }, { reason: 'epoch-changed' }]);
    expect(store.cursor.equals(cursorAt(11))).toBe(true);
  });
});

describe('a source that loses something under a live watch', () => {
  test('is attached after the gap, and compared once', async () => {
    const watch = follow();
    const first = await source.nextWatch();
    first.deliver([]);
    await watch.ready;
    first.fail(new SlipstreamError('CURSOR_EXPIRED', 'overrun'));
    await clock.advance(200);
    const second = await source.nextWatch();
    expect(second.afterGap).toBe(true);
    second.deliver([putUpdate('b', 20)]);
    await watch.waitFor(VersionToken.fromRevision(20));
    expect(reconciliations()).toMatchObject([{ reason: 'refused-by-source', vanished: ['gone'] }]);
    await settlePromises();
    expect(watch.state.name).toBe('live');
    second.fail(new SlipstreamError('WATCH_FAILED', 'cut'));
    await clock.advance(200);
    expect((await source.nextWatch()).afterGap).toBe(false);
    expect(reconciliations()).toHaveLength(1);
  });

  test('is repaired less and less often while it goes on losing, whatever it delivers in between', async () => {
    follow({ reattach: { initialDelayMs: 100, maxDelayMs: 500, factor: 2 } });
    const waits: (number | undefined)[] = [];
    const overrun = async (revision: number, lastedMs: number): Promise<void> => {
      const watch = await source.nextWatch();
      watch.deliver([putUpdate('b', revision)]);
      await settlePromises();
      await clock.advance(lastedMs);
      watch.fail(new SlipstreamError('CURSOR_EXPIRED', 'overrun'));
      await settlePromises();
      waits.push(clock.nextTimerMs);
      await clock.advance(clock.nextTimerMs ?? 0);
    };
    for (const revision of [20, 21, 22, 23, 24]) {
      source.extent.lastRevision = BigInt(revision);
      await overrun(revision, 10);
    }
    await overrun(25, 501);
    // Random is 0: half of each delay.
    expect(waits).toEqual([50, 100, 200, 250, 250, 50]);
  });

  test('is compared though the attachment after it failed', async () => {
    follow();
    (await source.nextWatch()).fail(new SlipstreamError('CURSOR_EXPIRED', 'overrun'));
    await clock.advance(1000);
    (await source.nextWatch()).fail(new SlipstreamError('UNAVAILABLE', 'down'));
    await clock.advance(1000);
    (await source.nextWatch()).deliver([]);
    await settlePromises();
    expect(reconciliations()).toMatchObject([{ reason: 'refused-by-source' }]);
  });
});

describe('delete markers that may have expired', () => {
  const resumeAfter = async (gapMs: number, options: Partial<WatchOptions> = {}): Promise<void> => {
    source.extent.at = TEST_TIME + gapMs;
    const watch = follow(options);
    (await source.nextWatch()).deliver([]);
    await watch.ready;
  };

  test('are no concern while maintenance spares them', async () => {
    await resumeAfter(PURGE_DELETES_AGE_MS - UNNOTICED_MS - 1);
    expect(reconciliations()).toEqual([]);
    expect(requested('keys')).toEqual([]);
  });

  test('are made up for once maintenance may have taken them', async () => {
    await resumeAfter(PURGE_DELETES_AGE_MS);
    expect(reconciliations()).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'] }]);
    expect(source.watches[0]?.resume?.revision).toBe(10n);
    expect(source.watches[0]?.afterGap).toBe(true);
  });

  test('are made up for when the fold has more keys than the log', async () => {
    source.extent.keys = 2;
    await resumeAfter(0);
    expect(reconciliations()).toMatchObject([{ reason: 'markers-expired' }]);
  });

  test('are not looked for when told never to, and at every attachment when told always to', async () => {
    await resumeAfter(PURGE_DELETES_AGE_MS, { verifyOnResume: 'never' });
    expect(reconciliations()).toEqual([]);
    await watches[0]?.stop();
    await resumeAfter(0, { verifyOnResume: 'always' });
    expect(reconciliations()).toMatchObject([{ reason: 'asked-for', vanished: ['gone'] }]);
  });

  test('do not make a watch that was idle a moment ago compare again, however old its cursor', async () => {
    await resumeAfter(0);
    source.extent.at = TEST_TIME + 10 * PURGE_DELETES_AGE_MS;
    await clock.advance(UNNOTICED_MS + 1);
    source.watches[0]?.fail(new SlipstreamError('WATCH_FAILED', 'cut for a second'));
    await clock.advance(1000);
    (await source.nextWatch()).deliver([]);
    await settlePromises();
    expect(reconciliations()).toEqual([]);
  });

  test('make a watch compare that was called live while its caller was too slow to notice the cut', async () => {
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const watch = follow({ apply: () => slow });
    const first = await source.nextWatch();
    first.deliver([]);
    await watch.ready;
    first.deliver([putUpdate('a', 21)]);
    await settlePromises();
    first.fail(new SlipstreamError('WATCH_FAILED', 'cut'));
    source.extent.at = TEST_TIME + PURGE_DELETES_AGE_MS;
    await clock.advance(PURGE_DELETES_AGE_MS);
    release();
    await clock.advance(1000);
    (await source.nextWatch()).deliver([]);
    await settlePromises();
    expect(reconciliations()).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'] }]);
  });

  test('may expire while the attachment is under way', async () => {
    await resumeAfter(PURGE_DELETES_AGE_MS - UNNOTICED_MS);
    expect(reconciliations()).toMatchObject([{ reason: 'markers-expired' }]);
  });
});
