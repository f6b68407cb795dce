import assert from 'node:assert/strict';
import { prefix, VersionToken, WatchCursor } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

const full = WatchCursor.of({
  version: VersionToken.fromRevision(9_007_199_254_740_993n),
  epoch: 'KV_routes:2030-01-01T00:00:00.123456789Z é',
  at: 1_893_456_000_123,
  scope: prefix('routes.').fingerprint,
});

export const cursorCases: readonly SnapshotStoreCase[] = [
  {
    id: 'cursor/none-at-birth',
    guarantee: 'a new fold has no cursor',
    async run({ open }) {
      assert.equal((await open()).cursor.isNone, true);
    },
  },
  {
    id: 'cursor/last-applied',
    guarantee: 'the cursor is that of the last apply, with its epoch, time and scope',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 3)], cursorAt(3));
      assert.equal(String(store.cursor), String(cursorAt(3)));
      await store.apply([putUpdate('a', 4)], full);
      assert.equal(String(store.cursor), String(full));
    },
  },
  {
    id: 'cursor/not-before-commit',
    guarantee: 'the cursor does not move before the entries of its batch can be read',
    async run({ open }) {
      const store = await open();
      for (let revision = 1; revision <= 20; revision++) {
        const applied = store.apply([putUpdate('a', revision)], cursorAt(revision));
        try {
          const claimed = store.cursor.revision ?? 0n;
          const held = (await store.get('a'))?.version.revision ?? 0n;
          assert.ok(held >= claimed, `the cursor said ${claimed}, and the entry was still ${held}`);
        } finally {
          await applied;
        }
      }
    },
  },
  {
    id: 'cursor/never-regresses',
    guarantee: 'an earlier cursor of the same epoch does not move the cursor back',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 10)], cursorAt(10));
      await store.apply([putUpdate('b', 7)], cursorAt(7));
      assert.equal(store.cursor.revision, 10n);
      await store.apply([], cursorAt(3));
      assert.equal(store.cursor.revision, 10n);
    },
  },
  {
    id: 'cursor/other-epoch',
    guarantee: 'a cursor of another epoch is taken, even with a lower revision',
    async run({ open }) {
      const store = await open();
      await store.apply([putUpdate('a', 10)], cursorAt(10, 'first'));
      await store.apply([putUpdate('a', 2)], cursorAt(2, 'second'));
      assert.equal(String(store.cursor), String(cursorAt(2, 'second')));
    },
  },
  {
    id: 'cursor/opaque-versions',
    guarantee: 'a cursor whose version is not a revision is kept as it is',
    async run({ open }) {
      const store = await open();
      const version = VersionToken.fromBytes(new Uint8Array([255, 0, 1, 2, 3, 4, 5, 6, 7, 255]));
      const cursor = WatchCursor.of({ version, epoch: 'opaque' });
      await store.apply([putUpdate('a', 1)], cursor);
      assert.equal(String(store.cursor), String(cursor));
    },
  },
  {
    id: 'cursor/survives-reopen',
    guarantee: 'a reopened fold has the cursor it was closed with, epoch, time and scope included',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      for (const cursor of [cursorAt(5), full, WatchCursor.of({ version: full.version, epoch: 'no time' })]) {
        const store = await open(place);
        await store.apply([putUpdate('a', 1)], cursor);
        await store.close();
        const reopened = await open(place);
        assert.equal(String(reopened.cursor), String(cursor));
        await reopened.close();
      }
    },
  },
  {
    id: 'cursor/reopened-never-regresses',
    guarantee: 'after reopening, too, the cursor does not move back',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      const store = await open(place);
      await store.apply([putUpdate('a', 10)], cursorAt(10));
      await store.close();
      const reopened = await open(place);
      await reopened.apply([putUpdate('b', 4)], cursorAt(4));
      assert.equal(reopened.cursor.revision, 10n);
      await reopened.close();
      assert.equal((await open(place)).cursor.revision, 10n);
    },
  },
];
