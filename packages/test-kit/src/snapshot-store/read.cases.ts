import assert from 'node:assert/strict';
import { type KvEntry, MAX_VERSION_BYTES, type SnapshotStore, VersionToken } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { plainEntry } from '../models/plain-form.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

function versionsOfEveryLength(): VersionToken[] {
  const versions = [VersionToken.fromRevision(0), VersionToken.fromRevision(0xffff_ffff_ffff_ffffn)];
  for (let length = 1; length <= MAX_VERSION_BYTES; length++) {
    versions.push(VersionToken.fromBytes(new Uint8Array(length).fill(0xff)));
    versions.push(VersionToken.fromBytes(new Uint8Array(length)));
  }
  return versions;
}

/** Every way to read an entry that this fold has. */
const reads: readonly ((store: SnapshotStore, key: string) => Promise<KvEntry | undefined>)[] = [
  (store, key) => store.get(key),
  async (store, key) => (await store.getMany([key]))[0],
  async (store, key) => (await collect(store.range(key), 1))[0],
  async (store, key) => (store.sync ?? store).get(key),
  async (store, key) => {
    const [entry] = store.sync?.range?.(key) ?? (await collect(store.range(key), 1));
    return entry;
  },
];

export const readCases: readonly SnapshotStoreCase[] = [
  {
    id: 'read/missing-key',
    guarantee: 'a missing key reads as undefined, also when similar keys exist',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a.b', 1), putUpdate('a.bc', 2)], cursorAt(2));
      for (const key of ['a', 'a.', 'a.bb', 'a.bcd', 'b', 'A.B']) {
        assert.equal(await store.get(key), undefined, `key ${key}`);
      }
    },
  },
  {
    id: 'read/get-many',
    guarantee: 'getMany returns one entry or undefined for each requested key, in that order',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1), putUpdate('b', 2), putUpdate('c', 3)], cursorAt(3));
      await store.apply([deleteUpdate('b', 4)], cursorAt(4));
      const found = await store.getMany(['c', 'b', 'nowhere', 'a', 'c']);
      assert.deepEqual(
        found.map((entry) => entry?.key),
        ['c', undefined, undefined, 'a', 'c'],
      );
      assert.deepEqual(await store.getMany([]), []);
    },
  },
  {
    id: 'read/stats',
    guarantee: 'stats counts the live keys',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1), putUpdate('b', 2), putUpdate('a', 3)], cursorAt(3));
      assert.equal((await store.stats()).entries, 2);
      await store.apply([deleteUpdate('a', 4), deleteUpdate('a', 5), deleteUpdate('c', 6)], cursorAt(6));
      const { entries, bytes } = await store.stats();
      assert.equal(entries, 1);
      assert.ok(Number.isFinite(bytes) && bytes >= 0, `bytes is ${bytes}`);
    },
  },
  {
    id: 'read/synchronous',
    guarantee: 'the synchronous reads return what the asynchronous ones do',
    needs: ['synchronous-reads'],
    async run({ open }) {
      const store = await open();
      const { sync } = store;
      assert.ok(sync, 'sync is there');
      const keys = Array.from({ length: 40 }, (_, index) => `k.${String(index).padStart(2, '0')}`);
      await store.apply(
        keys.map((key, index) => putUpdate(key, index + 1)),
        cursorAt(40),
      );
      await store.apply([deleteUpdate('k.07', 41)], cursorAt(41));
      for (const key of [...keys, 'nowhere']) {
        const entry = await store.get(key);
        const same = sync.get(key);
        assert.deepEqual(same && plainEntry(same), entry && plainEntry(entry), `key ${key}`);
      }
    },
  },
  {
    id: 'read/synchronous-range',
    guarantee: 'a synchronous range yields what the asynchronous one does',
    needs: ['synchronous-ranges'],
    async run({ open }) {
      const store = await open();
      const keys = Array.from({ length: 40 }, (_, index) => `k.${String(index).padStart(2, '0')}`);
      await store.apply(
        keys.map((key, index) => putUpdate(key, index + 1)),
        cursorAt(40),
      );
      for (const options of [{}, { after: 'k.05' }, { limit: 3 }, { after: 'k.06', limit: 2 }]) {
        const ranged = (await collect(store.range('k.', options))).map(plainEntry);
        const synchronous = [...(store.sync?.range?.('k.', options) ?? [])];
        assert.deepEqual(synchronous.map(plainEntry), ranged);
      }
    },
  },
  {
    id: 'read/versions',
    guarantee: 'versions of every length up to ten bytes, and the highest revision, are read back as written',
    async run({ open }) {
      const store = await open();
      const versions = versionsOfEveryLength();
      const updates = versions.map((version, index) => ({ ...putUpdate(`k.${index}`, 1), version }));
      await store.apply(updates, cursorAt(1));
      for (const [index, version] of versions.entries()) {
        const read = (await store.get(`k.${index}`))?.version;
        assert.equal(read?.toString(), version.toString());
        assert.equal(read?.revision, version.revision);
      }
      const ranged = new Map(
        (await collect(store.range('k.'))).map(({ key, version }) => [key, String(version)]),
      );
      for (const [index, version] of versions.entries())
        assert.equal(ranged.get(`k.${index}`), String(version));
    },
  },
  {
    id: 'read/owned-values',
    guarantee: 'a value belongs to its reader: modifying it does not change the fold',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1, 'value'), putUpdate('b', 2, 'other')], cursorAt(2));
      for (const [index, read] of reads.entries()) {
        const entry = await read(store, 'a');
        assert.ok(entry);
        entry.value.fill(0);
        for (const again of reads) {
          const { value } = (await again(store, 'a')) ?? {};
          assert.equal(
            Buffer.from(value ?? []).toString(),
            'value',
            `after a change of what read ${index} gave`,
          );
        }
      }
    },
  },
  {
    id: 'read/values-stay',
    guarantee:
      'a value stays unchanged after it was read, whatever is read and written later, and after close',
    async run({ open }) {
      const store = await open();
      const keys = Array.from({ length: 200 }, (_, index) => `k.${String(index).padStart(3, '0')}`);
      const write = (from: number, text: string): Promise<void> =>
        store.apply(
          keys.map((key, index) => putUpdate(key, from + index, `${text} ${key}`)),
          cursorAt(from + keys.length),
        );
      await write(1, 'first');
      const held = await collect(store.range('k.'));
      for (const read of reads) {
        for (const key of keys) held.push((await read(store, key)) as KvEntry);
      }
      for (let round = 1; round <= 5; round++) {
        await write(round * 1_000, 'later');
        await collect(store.range('k.'));
      }
      await store.close();
      for (const { key, value } of held) assert.equal(Buffer.from(value).toString(), `first ${key}`);
    },
  },
];
