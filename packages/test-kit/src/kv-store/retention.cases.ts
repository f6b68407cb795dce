import assert from 'node:assert/strict';
import { all } from '@slipstream/core';
import { assertCode } from '../suite/assert-code.js';
import { eventually } from '../suite/eventually.js';
import { bytesOf, listed, numberedKeys, putEach } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';

const MAX_BYTES = 32 * 1024;
const VALUE_BYTES = 1024;
const EXPIRY_DEADLINE_MS = 30_000;

export const retentionCases: readonly KvStoreCase[] = [
  {
    id: 'retention/discard-old',
    guarantee: 'a full bucket with discard old accepts every write and drops its oldest entries',
    needs: ['write', 'max-bytes', 'discard'],
    async run({ writable }) {
      const store = await writable({ maxBytes: MAX_BYTES, discard: 'old' });
      const keys = numberedKeys('k.', 60);
      for (const key of keys) await store.writer.put(key, new Uint8Array(VALUE_BYTES));
      const { firstRevision, lastRevision, bytes, messages, limits } = await store.status();
      assert.deepEqual([limits.maxBytes, limits.discard], [MAX_BYTES, 'old']);
      assert.ok(bytes <= MAX_BYTES, `${bytes} bytes`);
      assert.ok(messages > 0 && messages < 60, `${messages} messages`);
      assert.equal(lastRevision - firstRevision + 1n, BigInt(messages));
      assert.deepEqual(await listed(store), keys.slice(-messages), 'the newest are left');
    },
  },
  {
    id: 'retention/discard-new',
    guarantee: 'a full bucket with discard new refuses writes with LIMIT_EXCEEDED and keeps its entries',
    needs: ['write', 'max-bytes', 'discard'],
    async run({ writable }) {
      const store = await writable({ maxBytes: MAX_BYTES, discard: 'new' });
      const written: string[] = [];
      const error = await assertCode(
        async () => {
          for (const key of numberedKeys('k.', 60)) {
            await store.writer.put(key, new Uint8Array(VALUE_BYTES));
            written.push(key);
          }
        },
        'LIMIT_EXCEEDED',
        'writing 60 KiB into a bucket of 32 KiB',
      );
      assert.ok(error.message.length > 0);
      assert.ok(written.length > 10, `${written.length} writes went through`);
      assert.deepEqual(await listed(store), written);
      assert.equal((await store.status()).limits.discard, 'new');
    },
  },
  {
    id: 'retention/history',
    guarantee:
      'a bucket keeps as many versions of a key as its history allows, and a watch without resume delivers the last',
    needs: ['write', 'watch', 'history'],
    async run({ writable, watch }) {
      const store = await writable({ history: 3 });
      for (let round = 0; round < 7; round++) await store.writer.put('a', bytesOf(String(round)));
      const { messages, limits } = await store.status();
      assert.deepEqual([messages, limits.history], [3, 3]);
      const probe = watch(store, { scope: all() });
      await probe.caughtUp();
      assert.equal(probe.updates.length, 1);
    },
  },
  {
    id: 'retention/max-age',
    guarantee:
      'entries older than the bucket’s age limit expire, and the log’s first revision moves past them',
    needs: ['write', 'max-age'],
    deadlineMs: 60_000,
    async run({ bucket, elapse }) {
      const created = await bucket({ maxAgeMs: 1_000 });
      const { store } = created;
      assert.ok(store.writer);
      await putEach(store.writer, ['a', 'b', 'c']);
      assert.equal((await store.status()).limits.maxAgeMs, 1_000);
      await elapse(created, 2_000);
      const gone = async (): Promise<boolean> => (await listed(store)).length === 0;
      await eventually(gone, { what: 'the entries to age out', deadlineMs: EXPIRY_DEADLINE_MS });
      await eventually(async () => (await store.status()).firstRevision === 4n, {
        what: 'the log’s first revision to move',
      });
      assert.equal((await store.status()).lastRevision, 3n);
    },
  },
];
