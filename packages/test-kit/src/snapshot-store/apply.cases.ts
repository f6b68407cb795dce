import assert from 'node:assert/strict';
import { type KvUpdate, VersionToken, WatchCursor } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, purgeUpdate, putUpdate } from '@slipstream/core/testing';
import { plainEntry } from '../models/plain-form.js';
import { assertCode } from '../suite/assert-code.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

export const applyCases: readonly SnapshotStoreCase[] = [
  {
    id: 'apply/visible-after-resolve',
    guarantee: 'once apply resolves, reads return the entry, with its value and version',
    async run({ open }) {
      const store = await open();
      const put = putUpdate('route.a', 7, new Uint8Array([0, 1, 127, 128, 255]));
      await store.apply([put], cursorAt(7));
      const entry = await store.get('route.a');
      assert.ok(entry, 'the entry is there');
      assert.deepEqual(plainEntry(entry), plainEntry(put));
    },
  },
  {
    id: 'apply/last-write-wins',
    guarantee: 'of several updates of one key in a batch, the last one wins',
    async run({ open }) {
      const store = await open();
      const batch = [
        putUpdate('twice', 1, 'old'),
        putUpdate('gone', 2),
        deleteUpdate('back', 3),
        putUpdate('twice', 4, 'new'),
        deleteUpdate('gone', 5),
        putUpdate('back', 6, 'again'),
      ];
      await store.apply(batch, cursorAt(6));
      const held = (await collect(store.range(''))).map(plainEntry);
      assert.deepEqual(
        held.map(({ key, value }) => [key, value]),
        [
          ['back', 'again'],
          ['twice', 'new'],
        ],
      );
    },
  },
  {
    id: 'apply/overwrite',
    guarantee: 'a later put replaces value and version of an earlier one',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1, 'a longer value')], cursorAt(1));
      const put = putUpdate('a', 2, 'short');
      await store.apply([put], cursorAt(2));
      assert.deepEqual((await collect(store.range(''))).map(plainEntry), [plainEntry(put)]);
    },
  },
  {
    id: 'apply/delete-removes',
    guarantee: 'a delete removes its key and no other',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1), putUpdate('a.b', 2), putUpdate('ab', 3)], cursorAt(3));
      await store.apply([deleteUpdate('a', 4), deleteUpdate('never-there', 5)], cursorAt(5));
      assert.equal(await store.get('a'), undefined);
      assert.deepEqual(await collect(store.keys('')), ['a.b', 'ab']);
    },
  },
  {
    id: 'apply/purge-removes',
    guarantee: 'a purge removes its key as a delete does',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorAt(2));
      await store.apply([purgeUpdate('a', 3)], cursorAt(3));
      assert.equal(await store.get('a'), undefined);
      assert.deepEqual(await collect(store.keys('')), ['b']);
    },
  },
  {
    id: 'apply/empty-batch',
    guarantee: 'a batch without updates moves the cursor and leaves the entries unchanged',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1)], cursorAt(1));
      await store.apply([], cursorAt(40));
      assert.equal(store.cursor.revision, 40n);
      assert.deepEqual(await collect(store.keys('')), ['a']);
    },
  },
  {
    id: 'apply/empty-value',
    guarantee: 'an empty value is a value, not a delete',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1, ''), putUpdate('b', 2)], cursorAt(2));
      await store.apply([putUpdate('b', 3, '')], cursorAt(3));
      for (const key of ['a', 'b'])
        assert.equal((await store.get(key))?.value.length, 0, `the value of ${key}`);
      assert.deepEqual(await collect(store.keys('')), ['a', 'b']);
      assert.equal((await store.stats()).entries, 2);
    },
  },
  {
    id: 'apply/unknown-version',
    guarantee:
      'an update of unknown version is applied, and a cursor of unknown version does not move the fold’s',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorAt(2));
      const vanished: KvUpdate = { ...deleteUpdate('a', 1), version: VersionToken.unknown };
      const unversioned: KvUpdate = { ...putUpdate('c', 1), version: VersionToken.unknown };
      await store.apply([vanished, unversioned], WatchCursor.none);
      assert.deepEqual(await collect(store.keys('')), ['b', 'c']);
      assert.equal((await store.get('c'))?.version.isUnknown, true);
      assert.equal(String(store.cursor), String(cursorAt(2)));
    },
  },
  {
    id: 'apply/idempotent',
    guarantee: 'applying a batch again changes nothing',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorAt(2));
      const batch = (): KvUpdate[] => [deleteUpdate('a', 3), putUpdate('c', 4)];
      await store.apply(batch(), cursorAt(4));
      const before = (await collect(store.range(''))).map(plainEntry);
      await store.apply(batch(), cursorAt(4));
      assert.deepEqual((await collect(store.range(''))).map(plainEntry), before);
      assert.equal(String(store.cursor), String(cursorAt(4)));
    },
  },
  {
    id: 'apply/invalid-key',
    guarantee: 'a batch with an invalid key is refused with INVALID_KEY as a whole',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 1)], cursorAt(1));
      for (const key of ['', '\ud800', 'a\udc00b']) {
        const batch = [putUpdate('good', 2), putUpdate(key, 3), deleteUpdate('a', 4)];
        await assertCode(
          () => store.apply(batch, cursorAt(4)),
          'INVALID_KEY',
          `a batch with key ${JSON.stringify(key)}`,
        );
        assert.deepEqual(await collect(store.keys('')), ['a'], 'nothing of the batch is there');
        assert.equal(String(store.cursor), String(cursorAt(1)), 'the cursor has not moved');
      }
    },
  },
  {
    id: 'apply/in-turn',
    guarantee: 'concurrent applies take effect in the order in which they were called',
    async run({ open }) {
      const store = await open();
      const applies = Array.from({ length: 20 }, (_, index) =>
        store.apply([putUpdate('a', index + 1), putUpdate(`k.${index}`, index + 1)], cursorAt(index + 1)),
      );
      await Promise.all(applies);
      assert.equal((await store.get('a'))?.version.revision, 20n);
      assert.equal((await collect(store.keys('k.'))).length, 20);
      assert.equal(store.cursor.revision, 20n);
    },
  },
  {
    id: 'apply/all-or-nothing',
    guarantee: 'a read during an apply sees the state before it or after it, never half of it',
    async run({ open }) {
      const store = await open();
      const keys = Array.from({ length: 50 }, (_, index) => `k.${String(index).padStart(2, '0')}`);
      const write = (round: number): Promise<void> =>
        store.apply(
          keys.map((key) => putUpdate(key, round)),
          cursorAt(round),
        );
      await write(1);
      for (let round = 2; round <= 20; round++) {
        const applied = write(round);
        try {
          for (const read of [await store.getMany(keys), await collect(store.range('k.'))]) {
            const seen = new Set(read.map((entry) => entry?.version.revision));
            assert.equal(seen.size, 1, `one read saw several states: ${[...seen].join(', ')}`);
          }
        } finally {
          await applied;
        }
      }
    },
  },
];
