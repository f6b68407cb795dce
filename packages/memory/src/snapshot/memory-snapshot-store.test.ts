import { KeyIndex, type KvUpdate, type SnapshotStore, VersionToken, WatchCursor } from '@slipstream/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MemorySnapshotStore, memoryBackend } from './memory-snapshot-store.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);
const version = (revision: number): VersionToken => VersionToken.fromRevision(revision);
const cursor = (revision: number): WatchCursor => WatchCursor.of({ version: version(revision), epoch: 'e' });

function put(key: string, value: string, revision: number): KvUpdate {
  return { kind: 'put', key, value: bytes(value), version: version(revision) };
}

function remove(key: string, revision: number): KvUpdate {
  return { kind: 'delete', key, value: bytes(''), version: version(revision) };
}

function contents(store: SnapshotStore): string[] {
  return [...(store.sync?.range?.('') ?? [])].map(
    (entry) => `${entry.key}=${text(entry.value)}@${entry.version.revision}`,
  );
}

function runOutOfMemoryAt(refused: string): void {
  const { claim } = KeyIndex.prototype;
  vi.spyOn(KeyIndex.prototype, 'claim').mockImplementation(function (this: KeyIndex, key) {
    if (key === refused) throw new RangeError('Array buffer allocation failed');
    return claim.call(this, key);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a fold in memory', () => {
  test('holds the last update of each key, in the order of the keys', async () => {
    const store = await MemorySnapshotStore.open();
    await store.apply([put('b', '1', 1), put('a', '1', 2), put('b', '2', 3), remove('c', 4)], cursor(4));
    await store.apply([remove('a', 5), put('aa', '', 6)], cursor(6));
    expect(contents(store)).toEqual(['aa=@6', 'b=2@3']);
    expect(store.cursor.equals(cursor(6))).toBe(true);
  });

  test('cannot be changed through bytes that were handed in or out', async () => {
    const store = await MemorySnapshotStore.open();
    const update = put('a', 'hello', 1);
    await store.apply([update], cursor(1));
    update.value.fill(0);
    (await store.get('a'))?.value.fill(0);
    for (const entry of store.sync?.range?.('') ?? []) entry.value.fill(0);
    expect(contents(store)).toEqual(['a=hello@1']);
  });

  test('a range sees one state, however the values move meanwhile', async () => {
    const store = await MemorySnapshotStore.open();
    const value = 'x'.repeat(1_000);
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}`);
    await store.apply(
      keys.map((key, index) => put(key, `${key} ${value}`, index + 1)),
      cursor(500),
    );
    const range = store.sync?.range?.('')[Symbol.iterator]() as Iterator<{ key: string; value: Uint8Array }>;
    const seen = [range.next().value];
    // Every slab is given up at least once.
    for (let round = 1; round <= 3; round++) {
      const revision = round * 500;
      await store.apply(
        keys.map((key, index) =>
          index % 3 === 0 ? remove(key, revision + index) : put(key, `new`, revision + index),
        ),
        cursor(revision + 499),
      );
    }
    for (let next = range.next(); !next.done; next = range.next()) seen.push(next.value);
    expect(seen.length).toBe(500);
    for (const entry of seen) expect(text(entry.value)).toBe(`${entry.key} ${value}`);
  });

  test('a commit that fails half-way changes nothing, and succeeds when it is repeated', async () => {
    const store = await MemorySnapshotStore.open();
    await store.apply([put('a', '1', 1), put('b', '1', 2)], cursor(2));
    const before = await store.stats();
    const batch = [
      put('a', '2', 3),
      put('a', '3', 4),
      remove('b', 5),
      put('new', '1', 6),
      remove('new', 7),
      put('c', '1', 8),
    ];
    runOutOfMemoryAt('c');
    await expect(store.apply(batch, cursor(8))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(contents(store)).toEqual(['a=1@1', 'b=1@2']);
    expect(store.cursor.equals(cursor(2))).toBe(true);
    expect(await store.stats()).toEqual(before);
    vi.restoreAllMocks();
    await store.apply(batch, cursor(8));
    expect(contents(store)).toEqual(['a=3@4', 'c=1@8']);
  });

  test('a commit that fails after many updates reverts all of them, in any slab', async () => {
    const store = await MemorySnapshotStore.open();
    const value = 'x'.repeat(1_000);
    const keys = Array.from({ length: 300 }, (_, index) => `k${index}`);
    await store.apply(
      keys.map((key, index) => put(key, `${key} ${value}`, index + 1)),
      cursor(300),
    );
    const before = contents(store);
    // What each round writes replaces what the one before it wrote, many slabs ago.
    const rounds = [1, 2, 3, 4].flatMap((round) =>
      keys.map((key, index) => (index % round === 0 ? put(key, `new ${value}`, 301) : remove(key, 301))),
    );
    runOutOfMemoryAt('refused');
    await expect(store.apply([...rounds, put('refused', '', 301)], cursor(301))).rejects.toThrow();
    expect(contents(store)).toEqual(before);
    vi.restoreAllMocks();
    await store.apply(rounds, cursor(301));
    expect(contents(store)).toEqual(
      keys
        .filter((_, index) => index % 4 === 0)
        .sort()
        .map((key) => `${key}=new ${value}@301`),
    );
  });

  test('keys are listed in order, without their values, as they stood', async () => {
    const store = await MemorySnapshotStore.open();
    await store.apply([put('b', '1', 1), put('a.2', '1', 2), put('a.1', '1', 3)], cursor(3));
    const keys = store.keys('a.')[Symbol.asyncIterator]();
    expect(await keys.next()).toMatchObject({ value: 'a.1' });
    await store.apply([remove('a.2', 4), put('a.3', '1', 5)], cursor(5));
    expect(await keys.next()).toMatchObject({ value: 'a.2' });
    expect(await keys.next()).toMatchObject({ done: true });
  });

  test('commits that fail over and over leave nothing behind', async () => {
    const store = await MemorySnapshotStore.open();
    runOutOfMemoryAt('refused');
    const large = 'x'.repeat(50_000);
    for (let round = 0; round < 20; round++) {
      const batch = [put('a', large, 1), put('refused', large, 2)];
      await expect(store.apply(batch, cursor(2))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    }
    expect((await store.stats()).bytes).toBeLessThan(100_000);
  });

  test('counts its entries and estimates its bytes', async () => {
    const store = await MemorySnapshotStore.open();
    const empty = await store.stats();
    const size = 100_000;
    await store.apply([{ ...put('big', '', 1), value: new Uint8Array(size) }], cursor(1));
    const full = await store.stats();
    expect(full.entries).toBe(1);
    expect(full.bytes - empty.bytes).toBeGreaterThanOrEqual(size);
    expect(full.bytes - empty.bytes).toBeLessThan(size + 1_000);
    await store.apply([remove('big', 2)], cursor(2));
    expect(await store.stats()).toEqual(empty);
  });

  test('is new at each open, with no cursor, whatever the path', async () => {
    const store = await memoryBackend.open('/anywhere');
    expect([store.backend, store.formatVersion]).toEqual([memoryBackend.name, memoryBackend.formatVersion]);
    expect(store.cursor.isNone).toBe(true);
    await store.apply([put('a', '1', 1)], cursor(1));
    expect(contents(await memoryBackend.open('/anywhere'))).toEqual([]);
  });
});
