import { beforeEach, describe, expect, test } from 'vitest';
import { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import { openReplica } from '../replica/open-replica.js';
import { textCodec } from '../replica/value-codec.js';
import { prefix } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import {
  collect,
  cursorAt,
  deleteUpdate,
  FaultySnapshotStore,
  openScratchFold,
  putUpdate,
  ScriptedSource,
} from '../testing/index.js';
import { watchApplied } from '../watch/watch-applied.js';
import type { DriftFoundEvent, FoldReport } from './fold-drift.js';
import { verifyFold } from './verify-fold.js';

let source: ScriptedSource;
let fold: SnapshotStore;

beforeEach(async () => {
  source = new ScriptedSource();
  source.fill([putUpdate('a', 1), putUpdate('b', 2), deleteUpdate('gone', 5), putUpdate('c', 10)]);
  fold = await openScratchFold();
  await fold.apply([putUpdate('a', 1), putUpdate('b', 2), putUpdate('c', 10)], cursorAt(10));
});

const described = ({ drift }: FoldReport): string[] => drift.map(({ kind, key }) => `${kind} ${key}`);

describe('a fold that equals its source', () => {
  test('has no drift, in names, versions and values', async () => {
    const report = await verifyFold(source, fold, { values: true });
    expect(report).toMatchObject({
      compared: 3,
      drift: [],
      repaired: 0,
      counts: { missing: 0, stale: 0, version: 0, value: 0 },
    });
    expect(report.cursor.equals(cursorAt(10))).toBe(true);
    // Not one read of a single key: nothing was in doubt.
    expect(source.requests.filter(({ operation }) => operation === 'entry')).toEqual([]);
  });

  test('is behind, not adrift, in what the source wrote past its cursor', async () => {
    source.fill([putUpdate('b', 11), deleteUpdate('a', 12), putUpdate('new', 13)]);
    expect(described(await verifyFold(source, fold, { values: true }))).toEqual([]);
  });

  test('is given the benefit of a second look when a listing skips a key', async () => {
    source.reader.keys = async function* () {
      yield 'a';
    };
    expect(described(await verifyFold(source, fold))).toEqual([]);
  });
});

describe('drift', () => {
  beforeEach(async () => {
    await fold.apply(
      [
        deleteUpdate('a', 3),
        putUpdate('b', 1),
        putUpdate('c', 10, 'flipped'),
        putUpdate('gone', 4),
        putUpdate('never', 9),
      ],
      WatchCursor.none,
    );
  });

  test('is reported by kind, with both versions, and left alone', async () => {
    const events: DriftFoundEvent[] = [];
    const report = await verifyFold(source, fold, {
      values: true,
      observer: (event) => void events.push(event),
    });
    expect(described(report)).toEqual(['missing a', 'version b', 'value c', 'stale gone', 'stale never']);
    expect(report.counts).toEqual({ missing: 1, stale: 2, version: 1, value: 1 });
    const versions = report.drift.map(({ inFold, inSource }) => [inFold?.revision, inSource?.revision]);
    expect(versions).toEqual([
      [undefined, 1n],
      [1n, 2n],
      [10n, 10n],
      [4n, 5n],
      [9n, undefined],
    ]);
    expect(events.map(({ drift }) => drift)).toEqual(report.drift);
    expect(await collect(fold.keys(''))).toEqual(['b', 'c', 'gone', 'never']);
  });

  test('of values alone is not looked for unless asked', async () => {
    expect((await verifyFold(source, fold)).counts).toEqual({ missing: 1, stale: 2, version: 1, value: 0 });
  });

  test('is reported to a function, or to nothing', async () => {
    const observer = { record: () => undefined } as unknown as () => void;
    await expect(verifyFold(source, fold, { observer })).rejects.toThrow(/observer has to be a function/);
  });

  test('outside of the scope is not looked for', async () => {
    expect(described(await verifyFold(source, fold, { scope: prefix('g') }))).toEqual(['stale gone']);
  });

  test('of a fold that follows some keys is not looked for in all of them by mistake', async () => {
    const { version, epoch } = fold.cursor;
    const scope = prefix('g');
    await fold.apply([], WatchCursor.of({ version, epoch, scope: scope.fingerprint }));
    await expect(verifyFold(source, fold, { repair: true })).rejects.toThrow(TypeError);
    expect(described(await verifyFold(source, fold, { scope }))).toEqual(['stale gone']);
  });

  test('is repaired on request; the cursor stays where it is', async () => {
    expect((await verifyFold(source, fold, { values: true, repair: true })).repaired).toBe(5);
    expect(described(await verifyFold(source, fold, { values: true }))).toEqual([]);
    expect(await collect(fold.keys(''))).toEqual(['a', 'b', 'c']);
    expect(fold.cursor.equals(cursorAt(10))).toBe(true);
  });

  test('beyond the first thousand is counted, and told to the observer', async () => {
    const extra = Array.from({ length: 1_200 }, (_, index) => putUpdate(`x.${index}`, 6));
    await fold.apply(extra, WatchCursor.none);
    const told: DriftFoundEvent[] = [];
    const observer = (event: DriftFoundEvent): void => void told.push(event);
    const report = await verifyFold(source, fold, { scope: prefix('x.'), observer });
    expect(report.drift).toHaveLength(1_000);
    expect([report.counts.stale, told.length]).toEqual([1_200, 1_200]);
  });

  test('is not concluded from half an answer', async () => {
    source.failNext('entry', new SlipstreamError('TIMEOUT', 'no answer'));
    await expect(verifyFold(source, fold, { repair: true })).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await collect(fold.keys(''))).toEqual(['b', 'c', 'gone', 'never']);
  });

  test('is not concluded from a bucket that was re-created meanwhile', async () => {
    const { entry } = source.reader;
    source.reader.entry = (key, options) => {
      source.extent.epoch = 're-created';
      return entry(key, options);
    };
    await expect(verifyFold(source, fold, { repair: true })).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
    expect(await collect(fold.keys(''))).toEqual(['b', 'c', 'gone', 'never']);
  });
});

describe('a fold that cannot be compared', () => {
  test.each([
    ['no cursor', async () => (fold = await openScratchFold()), 'the fold has no cursor'],
    ['another epoch', async () => (source.extent.epoch = 'another'), 'another incarnation'],
    [
      'a log that ends before the cursor',
      async () => (source.extent.lastRevision = 9n),
      'another incarnation',
    ],
  ])('is refused, and the reason named: %s', async (_, arrange, reason) => {
    await arrange();
    await expect(verifyFold(source, fold)).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
      message: expect.stringContaining(reason),
    });
  });
});

describe('a fold that a watch follows', () => {
  test('is repaired between two flushes, at the cursor that it has then', async () => {
    const store = new FaultySnapshotStore(fold);
    await fold.apply([putUpdate('never', 9)], WatchCursor.none);
    const watch = watchApplied({ source, store });
    const attached = await source.nextWatch();
    attached.deliver([]);
    await watch.ready;
    const held = store.holdNext();
    attached.deliver([putUpdate('d', 11)]);
    source.fill([putUpdate('d', 11)]);
    await held.entered;
    const verified = verifyFold(source, watch, { repair: true });
    held.release();
    const report = await verified;
    expect(described(report)).toEqual(['stale never']);
    expect(store.applies.map(({ updates }) => updates.map(({ key }) => key))).toEqual([['d'], ['never']]);
    expect(await collect(fold.keys(''))).toEqual(['a', 'b', 'c', 'd']);
    expect(watch.cursor.revision).toBe(11n);
    expect(fold.cursor.revision).toBe(11n);
    await watch.stop();
  });

  test('has to have a fold', async () => {
    const watch = watchApplied({ source, resume: cursorAt(10) });
    await expect(verifyFold(source, watch)).rejects.toThrow(TypeError);
    await watch.stop();
  });
});

describe('a fold that a replica follows', () => {
  test('is repaired for its reads and its subscribers as well', async () => {
    source.fill([putUpdate('b', 2, 'right')]);
    await fold.apply([putUpdate('b', 2, 'wrong'), putUpdate('never', 9)], WatchCursor.none);
    await using replica = await openReplica({ source, store: fold, schema: textCodec });
    (await source.nextWatch()).deliver([]);
    await replica.ready;
    expect([replica.get('b'), replica.get('never')]).toEqual(['wrong', 'never@9']);
    const changes = replica.changes();
    const report = await verifyFold(source, replica, { values: true, repair: true });
    expect(report.repaired).toBe(2);
    expect([replica.get('b'), replica.get('never')]).toEqual(['right', undefined]);
    expect((await changes.next()).value).toMatchObject({ kind: 'put', key: 'b', value: 'right' });
    expect((await changes.next()).value).toMatchObject({ kind: 'delete', key: 'never' });
    expect(replica.cursor.equals(cursorAt(10))).toBe(true);
  });
});
