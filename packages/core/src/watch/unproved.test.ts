import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';
import { PURGE_DELETES_AGE_MS } from '../protocol/marker-window.js';
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
import type { FoldReconciledEvent } from './watch-observer.js';
import type { WatchOptions } from './watch-options.js';

let clock: ManualClock;
let source: ScriptedSource;
let medium: ScratchMedium;
let store: SnapshotStore;
let reconciled: FoldReconciledEvent[];
let states: string[];
let applied: string[];
let watches: AppliedWatch[];

/** A fold at revision 10 that has `gone`, of which the log knows nothing any more. */
beforeEach(async () => {
  clock = new ManualClock(TEST_TIME);
  source = new ScriptedSource();
  source.fill([putUpdate('a', 2), putUpdate('b', 3)]);
  source.extent.lastRevision = 10n;
  medium = new ScratchMedium();
  store = await openScratchFold(medium);
  await store.apply([putUpdate('a', 2), putUpdate('b', 3), putUpdate('gone', 4)], cursorAt(10));
  reconciled = [];
  states = [];
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
    observer: (event) => {
      if (event.type === 'fold-reconciled') reconciled.push(event);
      if (event.type === 'state-changed') states.push(event.to.name);
    },
    apply: (batch) => void applied.push(...batch.map(described)),
    ...options,
  });
  watches.push(watch);
  return watch;
}

const described = ({ kind, key, version }: KvUpdate): string => `${kind} ${key} ${version.revision ?? '?'}`;
const keysOf = async (fold: SnapshotStore): Promise<string[]> => collect(fold.keys(''));

async function live(options: Partial<WatchOptions> = {}) {
  const watch = follow(options);
  const attached = await source.nextWatch();
  attached.deliver([]);
  await watch.ready;
  return { watch, attached };
}

/** The process dies: its watch writes no more. Another one opens the fold, and a source that has forgotten. */
async function restart(): Promise<void> {
  await store.close();
  await Promise.allSettled(watches.map((watch) => watch.stop()));
  reconciled = [];
  source = new ScriptedSource();
  source.fill([putUpdate('a', 2), putUpdate('b', 12)]);
  store = await openScratchFold(medium);
}

describe('a source that may not have delivered every delete', () => {
  test('is compared in the same session, and the watch is live again', async () => {
    const { watch, attached } = await live();
    states.length = 0;
    attached.deliver([putUpdate('b', 12)], { mayLackDeletes: true });
    await watch.waitFor(VersionToken.fromRevision(12));
    expect(reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'], kept: false }]);
    expect(await keysOf(store)).toEqual(['a', 'b']);
    await settlePromises();
    expect(applied).toEqual(['put b 12', 'delete gone ?']);
    expect(await keysOf(store)).toEqual(['a', 'b']);
    expect(states).toEqual(['repairing', 'live']);
    expect(source.watches).toHaveLength(1);
    expect(store.cursor.at).toBe(TEST_TIME);
  });

  test('is compared once everything has arrived that it had then, and the watch is not ready before', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('b', 12)], { pending: 2, mayLackDeletes: true });
    attached.deliver([putUpdate('c', 13)], { pending: 1, mayLackDeletes: true });
    await settlePromises();
    await clock.advance(1_000);
    expect(reconciled).toEqual([]);
    expect(watch.state.name).toBe('catching-up');
    source.fill([putUpdate('b', 12), putUpdate('c', 13)]);
    attached.deliver([putUpdate('a', 14)], { pending: 7 });
    await watch.ready;
    expect(reconciled).toHaveLength(1);
    expect(await keysOf(store)).toEqual(['a', 'b', 'c']);
  });

  test('leaves what is put again to the delta: the delete goes before it', async () => {
    const { watch, attached } = await live();
    attached.deliver([putUpdate('b', 12)], { mayLackDeletes: true });
    attached.deliver([putUpdate('gone', 13)]);
    await watch.waitFor(VersionToken.fromRevision(13));
    expect(applied).toEqual(['put b 12', 'delete gone ?', 'put gone 13']);
    expect(await keysOf(store)).toEqual(['a', 'b', 'gone']);
  });

  test('is asked for it again when the process dies before: the cursor stays before what may be missing', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('b', 12)], { pending: 1, mayLackDeletes: true });
    await settlePromises();
    await clock.advance(1_000);
    expect(applied).toEqual(['put b 12']);
    expect([watch.cursor.revision, store.cursor.revision]).toEqual([10n, 10n]);
    await restart();
    const next = follow();
    const again = await source.nextWatch();
    expect(again.resume?.revision).toBe(10n);
    again.deliver([putUpdate('b', 12)], { mayLackDeletes: true });
    await next.ready;
    expect(reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'] }]);
    expect(store.cursor.revision).toBe(12n);
  });

  test('is compared in the next session when a listing fails', async () => {
    const { watch, attached } = await live();
    source.failNext('keys', new SlipstreamError('UNAVAILABLE', 'no leader'));
    attached.deliver([putUpdate('b', 12)], { mayLackDeletes: true });
    await settlePromises();
    expect(watch.state.name).toBe('stale');
    await clock.advance(1_000);
    (await source.nextWatch()).deliver([]);
    await settlePromises();
    expect(reconciled).toMatchObject([{ reason: 'refused-by-source', vanished: ['gone'] }]);
    expect(watch.state.name).toBe('live');
  });

  test.each([
    ['told never to compare', { verifyOnResume: 'never' }],
    ['without a fold', { store: undefined, resume: cursorAt(10) }],
  ] as const)('is believed by a watch that is %s', async (_, options) => {
    const { watch, attached } = await live(options);
    attached.deliver([putUpdate('b', 12)], { mayLackDeletes: true });
    await watch.waitFor(VersionToken.fromRevision(12));
    expect(reconciled).toEqual([]);
    expect(watch.cursor.at).toBe(TEST_TIME);
    expect(watch.state.name).toBe('live');
  });
});

describe('a fold that has entries and no cursor', () => {
  beforeEach(async () => {
    store = await openScratchFold();
  });

  test('is compared when the first listing broke off in doubt, and then has one', async () => {
    const watch = follow();
    const first = await source.nextWatch();
    first.deliver([putUpdate('gone', 1)], { pending: 2, mayLackDeletes: true });
    first.fail(new SlipstreamError('WATCH_FAILED', 'scripted'));
    await settlePromises();
    expect(store.cursor.isNone).toBe(true);
    await clock.advance(60_000);
    const second = await source.nextWatch();
    second.deliver([putUpdate('a', 2), putUpdate('b', 3)]);
    await watch.ready;
    expect(reconciled).toMatchObject([{ reason: 'no-cursor', vanished: ['gone'] }]);
    expect(await keysOf(store)).toEqual(['a', 'b']);
    expect(store.cursor.revision).toBe(3n);
  });

  test('is compared, too, when all that it was told in doubt were deletes', async () => {
    const watch = follow();
    const first = await source.nextWatch();
    first.deliver([deleteUpdate('gone', 1)], { pending: 2, mayLackDeletes: true });
    first.fail(new SlipstreamError('WATCH_FAILED', 'scripted'));
    await settlePromises();
    await clock.advance(60_000);
    (await source.nextWatch()).deliver([putUpdate('a', 2), putUpdate('b', 3)]);
    await watch.ready;
    expect(store.cursor.revision).toBe(3n);
  });
});

test('a fold that is to be listed again loses what the source has nothing of', async () => {
  const watch = follow({ resume: WatchCursor.none, verifyOnResume: 'never' });
  (await source.nextWatch()).deliver([putUpdate('a', 2), putUpdate('b', 12)]);
  await watch.ready;
  expect(reconciled).toMatchObject([{ reason: 'no-cursor', vanished: ['gone'] }]);
  expect(applied).toEqual(['delete gone ?', 'put a 2', 'put b 12']);
  expect(store.cursor.revision).toBe(12n);
});

describe('a source that has refused the cursor of a live watch', () => {
  test('is compared by the next process when this one dies before the repair', async () => {
    const { watch, attached } = await live();
    attached.fail(new SlipstreamError('CURSOR_EXPIRED', 'overrun'));
    await settlePromises();
    expect(watch.state.name).toBe('stale');
    await restart();
    const next = follow();
    (await source.nextWatch()).deliver([]);
    await next.ready;
    expect(reconciled).toMatchObject([{ vanished: ['gone'] }]);
    expect(store.cursor.revision).toBe(10n);
  });
});

describe('a cursor without order', () => {
  const opaque = (byte: number): WatchCursor =>
    WatchCursor.of({ version: VersionToken.fromBytes(Uint8Array.of(byte)), epoch: 'e', at: TEST_TIME });

  test('that the source refuses is given up for the state of the log, once the fold is compared', async () => {
    source.extent.epoch = 'e';
    await store.apply([], opaque(1));
    const watch = follow();
    const refusing = await source.nextWatch();
    expect(refusing.resume?.equals(opaque(1))).toBe(true);
    refusing.fail(new SlipstreamError('CURSOR_EXPIRED', 'no such position'));
    await clock.advance(1_000);
    const attached = await source.nextWatch();
    expect(attached.resume).toBeUndefined();
    attached.deliver([putUpdate('a', 2), putUpdate('b', 3)], { cursor: opaque(2) });
    await watch.ready;
    expect(applied).toEqual(['delete gone ?', 'put a 2', 'put b 3']);
    expect(store.cursor.equals(opaque(2))).toBe(true);
  });

  test('that the source refuses ends a watch without a fold', async () => {
    source.extent.epoch = 'e';
    const watch = follow({ store: undefined, resume: opaque(1) });
    (await source.nextWatch()).fail(new SlipstreamError('CURSOR_EXPIRED', 'no such position'));
    await expect(watch.done).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });
});

describe('a marker that expires between the listing and the delivery', () => {
  test('does not keep its key when another incarnation of the log is taken over', async () => {
    source.extent.epoch = 're-created';
    source.fill([deleteUpdate('gone', 3)]);
    source.reader.knownKeys = async function* () {
      yield* ['a', 'b', 'gone'];
    };
    const watch = follow();
    const attached = await source.nextWatch();
    attached.deliver([putUpdate('a', 1), putUpdate('b', 2)], { cursor: cursorAt(3, 're-created') });
    await watch.ready;
    expect(await keysOf(store)).toEqual(['a', 'b']);
  });
});

describe('a process that was suspended', () => {
  test('compares although its watch seemed idle until a moment ago', async () => {
    const { attached } = await live();
    await clock.advance(2 * UNNOTICED_MS);
    clock.leap(PURGE_DELETES_AGE_MS);
    source.extent.at = TEST_TIME + PURGE_DELETES_AGE_MS + 2 * UNNOTICED_MS;
    attached.fail(new SlipstreamError('WATCH_FAILED', 'cut'));
    await clock.advance(1_000);
    (await source.nextWatch()).deliver([]);
    await settlePromises();
    expect(reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'] }]);
  });

  test('compares when it was while it attached', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    clock.leap(UNNOTICED_MS + 1);
    attached.deliver([]);
    await watch.ready;
    expect(reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'] }]);
  });

  test('does not compare when its attachment took no longer than its plan allows', async () => {
    const watch = follow();
    const attached = await source.nextWatch();
    clock.leap(UNNOTICED_MS);
    attached.deliver([]);
    await watch.ready;
    expect(reconciled).toEqual([]);
  });
});

test('a clock that was set back while the source was gone does not hide for how long it was', async () => {
  let setBackMs = 0;
  const { attached } = await live({
    clock: {
      now: () => clock.now() - setBackMs,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    },
  });
  await clock.advance(2 * UNNOTICED_MS);
  attached.fail(new SlipstreamError('WATCH_FAILED', 'cut'));
  await settlePromises();
  setBackMs = PURGE_DELETES_AGE_MS;
  source.extent.at = TEST_TIME + PURGE_DELETES_AGE_MS + 2 * UNNOTICED_MS;
  await clock.advance(1_000);
  (await source.nextWatch()).deliver([]);
  await settlePromises();
  expect(reconciled).toMatchObject([{ reason: 'markers-expired', vanished: ['gone'] }]);
});

describe('await using', () => {
  test('a watch that has failed does not hide the error of its block', async () => {
    const body = async (): Promise<void> => {
      await using watch = follow();
      (await source.nextWatch()).fail(new SlipstreamError('UNAUTHORIZED', 'not any more'));
      await expect(watch.done).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
      throw new Error('the error of the block');
    };
    await expect(body()).rejects.toThrow('the error of the block');
  });

  test('a watch whose last flush fails says so', async () => {
    const body = async (): Promise<void> => {
      await using watch = follow({
        apply: () => {
          throw new Error('a bug');
        },
      });
      (await source.nextWatch()).deliver([putUpdate('b', 12)], { pending: 1 });
      await settlePromises();
      expect(watch.state.name).toBe('catching-up');
    };
    await expect(body()).rejects.toMatchObject({ code: 'APPLY_FAILED' });
  });
});
