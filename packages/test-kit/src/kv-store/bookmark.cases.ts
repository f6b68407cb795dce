import assert from 'node:assert/strict';
import { prefix } from '@slipstream/core';
import { bytesOf, numberedKeys, putAll, putEach } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';

// A source may wait for its server's idle heartbeat before it can prove anything.
const BOOKMARK_DEADLINE_MS = 30_000;

export const bookmarkCases: readonly KvStoreCase[] = [
  {
    id: 'bookmarks/idle-scope',
    guarantee: 'the cursor of an idle scope follows the log while its neighbours are written',
    needs: ['watch', 'write', 'bookmarks'],
    deadlineMs: 60_000,
    async run({ writable, watch }) {
      const store = await writable();
      await putEach(store.writer, ['idle.1']);
      const probe = watch(store, { scope: prefix('idle.') });
      await probe.delivered(1);
      await putAll(store.writer, numberedKeys('busy.', 50));
      const { lastRevision } = await store.status();
      await probe.until('a bookmark', () => probe.cursor?.revision === lastRevision, BOOKMARK_DEADLINE_MS);
      assert.equal(probe.updates.length, 1);
      await store.writer.put('idle.2', bytesOf('2'));
      await probe.delivered(2);
    },
  },
  {
    id: 'bookmarks/no-expiry',
    guarantee: 'the cursor of a watched idle scope does not expire when retention passes its last update',
    needs: ['watch', 'write', 'bookmarks', 'evict'],
    deadlineMs: 60_000,
    async run({ bucket, harness, watch }) {
      const created = await bucket();
      const { store } = created;
      assert.ok(store.writer);
      await putEach(store.writer, ['idle.1']);
      const probe = watch(store, { scope: prefix('idle.') });
      await probe.delivered(1);
      await putAll(store.writer, numberedKeys('busy.', 50));
      const { lastRevision } = await store.status();
      await probe.until('a bookmark', () => probe.cursor?.revision === lastRevision, BOOKMARK_DEADLINE_MS);
      const resume = probe.cursor;
      await probe[Symbol.asyncDispose]();
      await harness.evictBefore?.(created, lastRevision + 1n);
      const resumed = watch(store, { scope: prefix('idle.'), resume });
      await resumed.caughtUp();
      assert.deepEqual(resumed.updates, []);
    },
  },
  {
    id: 'bookmarks/none',
    guarantee: 'a source without bookmarks leaves the cursor of an idle scope at its last update',
    needs: ['watch', 'write', 'no-bookmarks'],
    async run({ writable, watch }) {
      const store = await writable();
      const [version] = await putEach(store.writer, ['idle.1']);
      const probe = watch(store, { scope: prefix('idle.') });
      await probe.delivered(1);
      await putAll(store.writer, numberedKeys('busy.', 50));
      const later = await store.writer.put('idle.2', bytesOf('2'));
      await probe.delivered(2);
      for (const { cursor } of probe.chunks) {
        if (!cursor.isNone)
          assert.ok(
            [version, later].some((each) => each?.equals(cursor.version)),
            `cursor ${cursor}`,
          );
      }
    },
  },
];
