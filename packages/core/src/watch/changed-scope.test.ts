import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KvUpdate } from '../kv/kv-entry.js';
import { all, prefix, prefixes, type WatchScope } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import {
  chunkOf,
  collect,
  cursorAt,
  ManualClock,
  openScratchFold,
  putUpdate,
  ScratchMedium,
  ScriptedSource,
  settlePromises,
} from '../testing/index.js';
import type { AppliedWatch } from './applied-watch.js';
import { watchApplied } from './watch-applied.js';
import type { WatchEvent } from './watch-observer.js';
import type { WatchOptions } from './watch-options.js';

let source: ScriptedSource;
let medium: ScratchMedium;
let store: SnapshotStore;
let events: WatchEvent[];
let applied: string[];
let watches: AppliedWatch[];

/** A fold that has followed `a.` up to revision 10, in a bucket that has `b.1` as well. */
beforeEach(async () => {
  medium = new ScratchMedium();
  watches = [];
  await restart();
  const { watch, attached } = await follow(prefix('a.'));
  attached.deliver([putUpdate('a.1', 3), putUpdate('a.2', 10)]);
  await watch.ready;
  expect(store.cursor.scope).toBe(prefix('a.').fingerprint);
  await restart();
});

afterEach(async () => {
  await Promise.allSettled(watches.map((watch) => watch.stop()));
});

/** Another process opens the fold. */
async function restart(): Promise<void> {
  await store?.close();
  await Promise.allSettled(watches.map((watch) => watch.stop()));
  store = await openScratchFold(medium);
  source = new ScriptedSource();
  source.fill([putUpdate('a.1', 3), putUpdate('b.1', 7), putUpdate('a.2', 10)]);
  events = [];
  applied = [];
}

async function follow(scope: WatchScope, options: Partial<WatchOptions> = {}) {
  const watch = watchApplied({
    source,
    store,
    scope,
    clock: new ManualClock(),
    random: () => 0,
    observer: (event) => void events.push(event),
    apply: (batch) => void applied.push(...batch.map(({ kind, key }: KvUpdate) => `${kind} ${key}`)),
    ...options,
  });
  watches.push(watch);
  return { watch, attached: await source.nextWatch() };
}

const keys = (): Promise<string[]> => collect(store.keys(''));

test.each([
  ['a wider one', prefixes(['a.', 'b.'])],
  ['every key', all()],
] as const)('a fold that is followed in %s is listed again, so that no key is missing', async (_, scope) => {
  const { watch, attached } = await follow(scope, { verifyOnResume: 'never' });
  expect(attached.resume).toBeUndefined();
  attached.deliver([putUpdate('a.1', 3), putUpdate('b.1', 7), putUpdate('a.2', 10)]);
  await watch.ready;
  expect(await keys()).toEqual(['a.1', 'a.2', 'b.1']);
  expect(store.cursor.toString()).toBe(watch.cursor.toString());
  expect([store.cursor.revision, store.cursor.scope]).toEqual([10n, scope.fingerprint]);
  expect(events).toContainEqual({
    type: 'fold-reconciled',
    reason: 'scope-changed',
    vanished: [],
    kept: false,
  });
  await restart();
  expect((await follow(scope)).attached.resume?.revision).toBe(10n);
});

test('a fold that is followed in another scope loses the keys that are no longer followed', async () => {
  const { watch, attached } = await follow(prefix('b.'));
  attached.deliver([putUpdate('b.1', 7)]);
  await watch.ready;
  expect(applied).toEqual(['delete a.1', 'delete a.2', 'put b.1']);
  expect(await keys()).toEqual(['b.1']);
  expect(store.cursor.revision).toBe(7n);
});

test.each([0, 1])(
  'a crash in the middle of the listing, after %i of its updates, forgets nothing that is missing',
  async (committed) => {
    const wider = prefixes(['a.', 'b.']);
    const listing = [putUpdate('a.1', 3), putUpdate('b.1', 7), putUpdate('a.2', 10)];
    const first = await follow(wider, { batch: { max: 1, catchUpMax: 1 } });
    first.attached.deliver(listing.slice(0, committed), { pending: 3 - committed });
    await settlePromises();
    await restart();
    const again = await follow(wider);
    expect(again.attached.resume?.revision).toBe(committed === 0 ? undefined : 3n);
    again.attached.deliver(listing.slice(committed));
    await again.watch.ready;
    expect(await keys()).toEqual(['a.1', 'a.2', 'b.1']);
  },
);

test('the same prefixes in another order are the same scope', async () => {
  await restart();
  const { watch, attached } = await follow(prefixes(['a.x', 'a.']));
  expect(attached.resume?.revision).toBe(10n);
  attached.deliver([]);
  await watch.ready;
  expect(events.some(({ type }) => type === 'fold-reconciled')).toBe(false);
});

test('a fold of every key is followed in a narrower scope from its cursor, without the other keys', async () => {
  const full = await openScratchFold();
  await full.apply([putUpdate('a.1', 3), putUpdate('b.1', 7)], cursorAt(10));
  const { watch, attached } = await follow(prefix('a.'), { store: full });
  expect(attached.resume?.revision).toBe(10n);
  attached.deliver([putUpdate('a.2', 11)]);
  await watch.ready;
  expect(applied).toEqual(['delete b.1', 'put a.2']);
  expect(await collect(full.keys(''))).toEqual(['a.1', 'a.2']);
  expect([full.cursor.revision, full.cursor.scope]).toEqual([11n, prefix('a.').fingerprint]);
});

test('a cursor that names no scope names it from the next position on, though nothing else has changed', async () => {
  const fresh = await openScratchFold();
  await fresh.apply([putUpdate('a.1', 3)], cursorAt(10));
  const { watch, attached } = await follow(prefix('a.'), { store: fresh });
  attached.deliverChunk(chunkOf([], { cursor: cursorAt(10) }));
  await watch.ready;
  expect(fresh.cursor.scope).toBe(prefix('a.').fingerprint);
  expect(events.some(({ type }) => type === 'fold-reconciled')).toBe(false);
});

test('without a fold, a cursor of another scope has expired', async () => {
  const watch = watchApplied({ source, scope: prefix('b.'), resume: medium.cursor });
  watches.push(watch);
  await expect(watch.done).rejects.toMatchObject({
    code: 'CURSOR_EXPIRED',
    message: expect.stringContaining('another scope was followed up to it'),
  });
});
