import { all, type ErrorCode, SlipstreamError, VersionToken } from '@slipstream/core';
import { ManualClock } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import type { MemoryKvOptions } from './memory-kv-options.js';
import { MemoryKvStore } from './memory-kv-store.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);

async function open(
  options: Partial<MemoryKvOptions> = {},
): Promise<{ kv: MemoryKvStore; clock: ManualClock }> {
  const clock = new ManualClock();
  return { clock, kv: await MemoryKvStore.open({ name: 'routes', clock, random: () => 0.5, ...options }) };
}

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (!SlipstreamError.is(error)) throw error;
    return error.code;
  }
}

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('reading and writing', () => {
  test('revisions count from 1, across keys, and are what the writes resolve to', async () => {
    const { kv } = await open();
    expect((await kv.status()).lastRevision).toBe(0n);
    expect((await kv.status()).firstRevision).toBe(1n);
    expect((await kv.writer.put('a', bytes('1'))).revision).toBe(1n);
    expect((await kv.writer.delete('b')).revision).toBe(2n);
    expect((await kv.writer.put('a', bytes('2'))).revision).toBe(3n);
    expect((await kv.reader.get('a'))?.version.revision).toBe(3n);
    expect(await kv.status()).toMatchObject({ firstRevision: 2n, lastRevision: 3n, messages: 2 });
  });

  test('get, keys and scan hide markers; entry shows them with their version', async () => {
    const { kv } = await open();
    await kv.writer.put('a.1', bytes(''));
    await kv.writer.put('a.2', bytes('x'));
    await kv.writer.put('b', bytes('x'));
    await kv.writer.delete('a.2');
    const purged = await kv.purger.purge('b');
    expect(await kv.reader.get('a.2')).toBeUndefined();
    expect(await kv.reader.entry('b')).toEqual({
      kind: 'purge',
      key: 'b',
      value: new Uint8Array(0),
      version: purged,
    });
    expect((await kv.reader.entry('a.2'))?.kind).toBe('delete');
    expect(await kv.reader.entry('c')).toBeUndefined();
    expect(await listed(kv.reader.keys(''))).toEqual(['a.1']);
    expect((await listed(kv.reader.scan('a'))).map(({ key, value }) => [key, value.length])).toEqual([
      ['a.1', 0],
    ]);
    expect(await listed(kv.reader.keys('b'))).toEqual([]);
  });

  test('bytes are copied on the way in and on the way out', async () => {
    const { kv } = await open();
    const backing = Buffer.from('hello, world');
    const value = backing.subarray(0, 5);
    await kv.writer.put('a', value);
    value.fill(0);
    const first = await kv.reader.get('a');
    expect(text(first?.value)).toBe('hello');
    expect(first?.value.buffer.byteLength).toBe(5);
    first?.value.fill(0);
    const chunk = await kv.watcher.watch(all())[Symbol.asyncIterator]().next();
    chunk.value?.updates[0]?.value.fill(0);
    expect(text((await listed(kv.reader.scan('')))[0]?.value)).toBe('hello');
  });

  test('a create succeeds on a missing, deleted, CAS-deleted and purged key, and not on a live one', async () => {
    const { kv } = await open();
    const version = await kv.writer.create('a', bytes('1'));
    expect(await codeOf(kv.writer.create('a', bytes('2')))).toBe('ALREADY_EXISTS');
    await kv.writer.deleteWithVersion('a', version);
    await kv.writer.create('a', bytes('3'));
    await kv.writer.delete('a');
    await kv.writer.create('a', bytes('4'));
    await kv.purger.purge('a');
    await kv.writer.create('a', bytes('5'));
    expect(text((await kv.reader.get('a'))?.value)).toBe('5');
  });

  test('of two concurrent creates exactly one wins', async () => {
    const { kv } = await open();
    const codes = await Promise.all([
      codeOf(kv.writer.create('a', bytes('1'))),
      codeOf(kv.writer.create('a', bytes('2'))),
    ]);
    expect(codes.sort()).toEqual(['ALREADY_EXISTS', undefined].sort());
  });

  test('a compare-and-set against another version changes nothing', async () => {
    const { kv } = await open();
    const first = await kv.writer.put('a', bytes('1'));
    const second = await kv.writer.update('a', bytes('2'), first);
    for (const stale of [first, VersionToken.unknown, VersionToken.fromBytes(bytes('abc'))]) {
      expect(await codeOf(kv.writer.update('a', bytes('3'), stale))).toBe('REVISION_MISMATCH');
      expect(await codeOf(kv.writer.deleteWithVersion('a', stale))).toBe('REVISION_MISMATCH');
      expect(await codeOf(kv.purger.purge('a', { expected: stale }))).toBe('REVISION_MISMATCH');
    }
    expect(await codeOf(kv.writer.update('missing', bytes('3'), first))).toBe('REVISION_MISMATCH');
    expect(text((await kv.reader.get('a'))?.value)).toBe('2');
    expect((await kv.status()).lastRevision).toBe(2n);
    expect((await kv.purger.purge('a', { expected: second })).revision).toBe(3n);
  });

  test('an update against the version of a marker succeeds', async () => {
    const { kv } = await open();
    const marker = await kv.writer.delete('a');
    await kv.writer.update('a', bytes('1'), marker);
    expect(await listed(kv.reader.keys(''))).toEqual(['a']);
  });

  test('keys and prefixes are checked before anything is written', async () => {
    const { kv } = await open();
    for (const key of ['', '.a', 'a.', 'a..b', 'a b', 'a*', '>', 'ä']) {
      expect(await codeOf(kv.writer.put(key, bytes('1')))).toBe('INVALID_KEY');
      expect(await codeOf(kv.reader.get(key))).toBe('INVALID_KEY');
      expect(await codeOf(kv.purger.purge(key))).toBe('INVALID_KEY');
    }
    expect(await codeOf(listed(kv.reader.keys('a..')))).toBe('INVALID_KEY');
    expect((await kv.status()).lastRevision).toBe(0n);
  });

  test('a value that is not a Uint8Array is a mistake of the caller', async () => {
    const { kv } = await open();
    await expect(kv.writer.put('a', 'text' as unknown as Uint8Array)).rejects.toThrow(TypeError);
    await expect(kv.writer.put('a', undefined as unknown as Uint8Array)).rejects.toThrow(TypeError);
    expect((await kv.status()).lastRevision).toBe(0n);
  });

  test('a signal that has fired aborts a request before it does anything', async () => {
    const { kv } = await open();
    const options = { signal: AbortSignal.abort() };
    expect(await codeOf(kv.writer.put('a', bytes('1'), options))).toBe('ABORTED');
    expect(await codeOf(kv.reader.get('a', options))).toBe('ABORTED');
    expect(await codeOf(listed(kv.reader.scan('', options)))).toBe('ABORTED');
    expect(await codeOf(kv.status(options))).toBe('ABORTED');
    expect((await kv.status()).lastRevision).toBe(0n);
  });

  test('after close every operation is CLOSED, and closing again is fine', async () => {
    const { kv } = await open();
    await kv.writer.put('a', bytes('1'));
    const listing = kv.reader.keys('')[Symbol.asyncIterator]();
    await listing.next();
    await kv.close();
    await kv.close();
    expect(await codeOf(kv.writer.put('a', bytes('1')))).toBe('CLOSED');
    expect(await codeOf(kv.reader.get('a'))).toBe('CLOSED');
    expect(await codeOf(listing.next())).toBe('CLOSED');
    expect(await codeOf(kv.status())).toBe('CLOSED');
    expect(await codeOf(kv.purgeDeletes())).toBe('CLOSED');
    expect(await codeOf(kv.recreate())).toBe('CLOSED');
    expect(await codeOf(kv.watcher.watch(all())[Symbol.asyncIterator]().next())).toBe('CLOSED');
  });
});

describe('limits', () => {
  test('history keeps the newest versions of a key and moves the floor', async () => {
    const { kv } = await open({ history: 2 });
    for (const value of ['1', '2', '3']) await kv.writer.put('a', bytes(value));
    expect(await kv.status()).toMatchObject({ firstRevision: 2n, lastRevision: 3n, messages: 2 });
  });

  test('a purge drops the history of its key and leaves one marker', async () => {
    const { kv } = await open({ history: 5 });
    await kv.writer.put('other', bytes('1'));
    for (const value of ['1', '2', '3']) await kv.writer.put('a', bytes(value));
    const before = await kv.status();
    await kv.purger.purge('a');
    const after = await kv.status();
    expect(after.messages).toBe(2);
    expect(after.bytes).toBeLessThan(before.bytes);
    expect(after.lastRevision).toBe(5n);
  });

  test('a full bucket that discards new writes refuses them, and nothing is lost', async () => {
    const { kv } = await open({ maxBytes: 40 });
    await kv.writer.put('a', bytes('1'));
    await kv.writer.put('b', bytes('1'));
    expect(await codeOf(kv.writer.put('c', bytes('1')))).toBe('LIMIT_EXCEEDED');
    expect(await kv.status()).toMatchObject({ lastRevision: 2n, messages: 2, bytes: 36 });
    // What replaces an older version within the limit fits.
    await kv.writer.put('a', bytes('12345'));
    expect(await codeOf(kv.writer.put('a', bytes('123456')))).toBe('LIMIT_EXCEEDED');
    await kv.purger.purge('b');
    expect(await listed(kv.reader.keys(''))).toEqual(['a']);
  });

  test('a full bucket that discards old entries drops the oldest, markers included', async () => {
    const { kv } = await open({ maxBytes: 54, discard: 'old' });
    await kv.writer.delete('a');
    await kv.writer.put('b', bytes('1'));
    await kv.writer.put('c', bytes('1'));
    expect(await kv.status()).toMatchObject({ firstRevision: 1n, messages: 3, bytes: 53 });
    await kv.writer.put('d', bytes('1'));
    expect(await kv.reader.entry('a')).toBeUndefined();
    expect(await kv.status()).toMatchObject({ firstRevision: 2n, lastRevision: 4n, messages: 3 });
    await kv.writer.put('e', bytes('x'.repeat(37)));
    expect(await kv.status()).toMatchObject({ firstRevision: 5n, messages: 1, bytes: 54 });
    expect(await codeOf(kv.writer.put('f', bytes('x'.repeat(38))))).toBe('LIMIT_EXCEEDED');
    expect((await kv.status()).lastRevision).toBe(5n);
  });

  test('a value above maxValueBytes is refused', async () => {
    const { kv } = await open({ maxValueBytes: 3 });
    await kv.writer.put('a', bytes('123'));
    expect(await codeOf(kv.writer.put('a', bytes('1234')))).toBe('LIMIT_EXCEEDED');
  });

  test('messages go at maxAgeMs exactly, the oldest first, whether or not anybody watches', async () => {
    const { kv, clock } = await open({ maxAgeMs: 1_000 });
    await kv.writer.put('a', bytes('1'));
    await clock.advance(400);
    await kv.writer.put('b', bytes('1'));
    await clock.advance(599);
    expect(await listed(kv.reader.keys(''))).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(await listed(kv.reader.keys(''))).toEqual(['b']);
    expect((await kv.status()).firstRevision).toBe(2n);
    await clock.advance(10_000);
    expect(await kv.status()).toMatchObject({ firstRevision: 3n, lastRevision: 2n, messages: 0, bytes: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('purgeDeletes removes old markers whole, and of young ones only what they cover', async () => {
    const { kv, clock } = await open({ history: 3 });
    await kv.writer.put('old', bytes('1'));
    await kv.writer.delete('old');
    await kv.writer.put('live', bytes('1'));
    await clock.advance(60_000);
    await kv.writer.put('young', bytes('1'));
    await kv.writer.delete('young');
    expect(await kv.purgeDeletes(60_000)).toBe(1);
    expect(await kv.reader.entry('old')).toBeUndefined();
    expect((await kv.reader.entry('young'))?.kind).toBe('delete');
    expect(await kv.status()).toMatchObject({ firstRevision: 3n, messages: 2 });
    expect(await kv.purgeDeletes()).toBe(0);
    expect(await kv.purgeDeletes(0)).toBe(1);
    await expect(kv.purgeDeletes(-1)).rejects.toThrow(RangeError);
  });
});

describe('times to live', () => {
  test('an entry without markers vanishes at its time, silently', async () => {
    const { kv, clock } = await open({ allowTtl: true });
    await kv.ttl?.putWithTtl('a', bytes('1'), 1_000);
    await clock.advance(999);
    expect(await kv.reader.get('a')).toBeDefined();
    await clock.advance(1);
    expect(await kv.reader.entry('a')).toBeUndefined();
    expect((await kv.status()).lastRevision).toBe(1n);
  });

  test('an expiring value leaves a delete marker, which expires in turn without another', async () => {
    const { kv, clock } = await open({ markerTtlMs: 5_000 });
    await kv.ttl?.putWithTtl('a', bytes('1'), 1_000);
    await clock.advance(1_000);
    expect(await kv.reader.entry('a')).toMatchObject({ kind: 'delete' });
    expect(await kv.status()).toMatchObject({ messages: 1, lastRevision: 2n });
    await clock.advance(5_000);
    expect(await kv.reader.entry('a')).toBeUndefined();
    expect(await kv.status()).toMatchObject({ messages: 0, lastRevision: 2n });
  });

  test('max age leaves markers too, for values but not for markers', async () => {
    const { kv, clock } = await open({ markerTtlMs: 5_000, maxAgeMs: 1_000 });
    await kv.writer.put('a', bytes('1'));
    await kv.writer.delete('b');
    await clock.advance(1_000);
    expect(await kv.reader.entry('a')).toMatchObject({ kind: 'delete' });
    expect(await kv.reader.entry('b')).toBeUndefined();
    await clock.advance(1_000);
    expect(await kv.reader.entry('a')).toBeUndefined();
  });

  test('what fell due in a long silence is made good as of when it fell due', async () => {
    const { kv, clock } = await open({ markerTtlMs: 5_000 });
    await kv.ttl?.putWithTtl('late', bytes('1'), 9_000);
    await kv.ttl?.putWithTtl('early', bytes('1'), 1_000);
    await clock.advance(10_000);
    // The marker of "early" appeared at 1 s and was gone at 6 s; that of "late" appeared at 9 s.
    expect(await kv.reader.entry('early')).toBeUndefined();
    expect((await kv.reader.entry('late'))?.version.revision).toBe(4n);
    expect((await kv.status()).messages).toBe(1);
  });

  test('nothing older comes back when an expiring value goes', async () => {
    const { kv, clock } = await open({ history: 5, allowTtl: true });
    await kv.writer.put('a', bytes('1'));
    await kv.ttl?.putWithTtl('a', bytes('2'), 1_000);
    await clock.advance(1_000);
    expect(await kv.reader.entry('a')).toBeUndefined();
  });

  test('a newer write outlives the expiry of the one before', async () => {
    const { kv, clock } = await open({ history: 5, markerTtlMs: 1_000 });
    await kv.ttl?.putWithTtl('a', bytes('1'), 1_000);
    await kv.writer.put('a', bytes('2'));
    await clock.advance(10_000);
    expect(text((await kv.reader.get('a'))?.value)).toBe('2');
    expect((await kv.status()).messages).toBe(1);
  });

  test('a create with a time to live is a create', async () => {
    const { kv } = await open({ allowTtl: true });
    await kv.writer.put('a', bytes('1'));
    expect(await codeOf(kv.ttl?.createWithTtl('a', bytes('2'), 1_000) ?? Promise.reject())).toBe(
      'ALREADY_EXISTS',
    );
    await kv.writer.delete('a');
    await kv.ttl?.createWithTtl('a', bytes('2'), 1_000);
    expect(text((await kv.reader.get('a'))?.value)).toBe('2');
  });

  test('a purge marker goes at its time', async () => {
    const { kv, clock } = await open({ allowTtl: true });
    await kv.purger.purge('a', { markerTtlMs: 2_000 });
    await clock.advance(1_999);
    expect((await kv.reader.entry('a'))?.kind).toBe('purge');
    await clock.advance(1);
    expect(await kv.reader.entry('a')).toBeUndefined();
  });

  test('a bucket without times to live says so', async () => {
    const { kv } = await open();
    expect(kv.ttl).toBeUndefined();
    expect(kv.capabilities.ttl).toBe(false);
    expect(await codeOf(kv.purger.purge('a', { markerTtlMs: 1_000 }))).toBe('UNSUPPORTED');
    const other = await open({ allowTtl: true });
    await expect(other.kv.ttl?.putWithTtl('a', bytes('1'), 0)).rejects.toThrow(RangeError);
  });
});

describe('incarnations', () => {
  test('a re-created bucket is empty, counts from 1 and has another epoch', async () => {
    const { kv } = await open();
    await kv.writer.put('a', bytes('1'));
    const before = await kv.status();
    await kv.recreate();
    const after = await kv.status();
    expect(after).toMatchObject({ firstRevision: 1n, lastRevision: 0n, messages: 0, bytes: 0 });
    expect(after.epoch).not.toBe(before.epoch);
    expect((await kv.writer.put('b', bytes('1'))).revision).toBe(1n);
  });

  test('a listing that spans the end of a log fails instead of mixing two', async () => {
    const { kv } = await open();
    await kv.writer.put('a', bytes('1'));
    await kv.writer.put('b', bytes('1'));
    const listing = kv.reader.keys('')[Symbol.asyncIterator]();
    await listing.next();
    await kv.recreate();
    expect(await codeOf(listing.next())).toBe('WATCH_FAILED');
  });
});

describe('handles', () => {
  test('see one bucket, and closing one leaves the other and its watches alone', async () => {
    const { kv } = await open();
    const other = await kv.openHandle();
    await kv.writer.put('a', bytes('1'));
    const watches = [kv, other].map((each) => each.watcher.watch(all())[Symbol.asyncIterator]());
    for (const watch of watches) await watch.next();
    await kv.close();
    expect(await codeOf(watches[0]?.next() ?? Promise.resolve())).toBe('CLOSED');
    expect(await codeOf(kv.openHandle())).toBe('CLOSED');
    await other.writer.put('a', bytes('2'));
    expect((await watches[1]?.next())?.value?.updates.length).toBe(1);
    expect((await other.status()).lastRevision).toBe(2n);
    await other.close();
  });

  test('dropping what is older moves the floor, and not beyond the end', async () => {
    const { kv } = await open();
    for (const key of ['a', 'b', 'c']) await kv.writer.put(key, bytes('1'));
    await kv.dropBefore(3n);
    expect(await kv.status()).toMatchObject({ firstRevision: 3n, messages: 1 });
    await kv.dropBefore(1n);
    await expect(kv.dropBefore(5n)).rejects.toThrow(RangeError);
    await kv.dropBefore(4n);
    expect(await kv.status()).toMatchObject({ firstRevision: 4n, lastRevision: 3n, messages: 0 });
  });
});

describe('options', () => {
  test.each([
    [{ name: '' }, TypeError, /name is made of/],
    [{ name: 'a.b' }, TypeError, /name is made of/],
    [{ history: 0 }, RangeError, 'history is a whole number from 1 to 64, not 0'],
    [{ history: 65 }, RangeError, /history/],
    [{ maxBytes: 0 }, RangeError, /maxBytes/],
    [{ maxAgeMs: 1.5 }, RangeError, 'maxAgeMs is a whole number from 1, not 1.5'],
    [{ maxValueBytes: -1 }, RangeError, /maxValueBytes/],
    [{ markerTtlMs: 0 }, RangeError, /markerTtlMs/],
    [{ markerTtlMs: 1, allowTtl: false }, TypeError, /markerTtlMs needs allowTtl/],
    [{ bookmarkIntervalMs: Number.NaN }, RangeError, /bookmarkIntervalMs/],
    [{ discard: 'none' as 'old' }, TypeError, /discard is 'old' or 'new'/],
  ])('%j is refused', async (options, kind, message) => {
    const opening = MemoryKvStore.open({ name: 'routes', ...options });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toBeInstanceOf(kind);
  });
});
