import assert from 'node:assert/strict';
import { collect, cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { noise } from '../models/noise.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

/** A NATS server reads a subject as part of a control line, of at most 4096 bytes by default. */
export const LONGEST_KEY: number = 4_000;
export const LARGEST_VALUE_BYTES: number = 8 * 1024 * 1024;

const key = (index: number): string => `k.${String(index).padStart(8, '0')}`;

export const limitsCases: readonly SnapshotStoreCase[] = [
  {
    id: 'limits/longest-key',
    guarantee: 'keys as long as the longest NATS subject are distinguished by their last byte',
    async run({ open }) {
      const store = await open();
      const stem = 'token.'.repeat(LONGEST_KEY / 6).padEnd(LONGEST_KEY - 1, 'x');
      const keys = ['0', 'a', 'b', 'z'].map((end) => stem + end);
      await store.apply(
        keys.map((each, index) => putUpdate(each, index + 1, `value ${index}`)),
        cursorAt(4),
      );
      assert.deepEqual(await collect(store.keys('token.')), keys);
      assert.deepEqual(await collect(store.keys(stem, { after: keys[1] as string })), keys.slice(2));
      for (const [index, each] of keys.entries()) {
        assert.equal(Buffer.from((await store.get(each))?.value ?? []).toString(), `value ${index}`);
      }
      await store.apply([deleteUpdate(keys[2] as string, 5)], cursorAt(5));
      assert.equal(await store.get(keys[2] as string), undefined);
      assert.equal((await store.stats()).entries, 3);
    },
  },
  {
    id: 'limits/largest-value',
    guarantee: 'a value of 8 MiB is read back byte for byte',
    deadlineMs: 60_000,
    async run({ open, run }) {
      const store = await open();
      const value = noise(run.seed, LARGEST_VALUE_BYTES);
      await store.apply([putUpdate('large', 1, value.slice()), putUpdate('small', 2, 's')], cursorAt(2));
      const read = (await store.get('large'))?.value;
      assert.equal(Buffer.compare(read ?? new Uint8Array(), value), 0, 'the value is the same');
      assert.equal((await store.get('small'))?.value.length, 1);
    },
  },
  {
    id: 'limits/empty-fold',
    guarantee: 'an empty fold answers every read',
    async run({ open }) {
      const store = await open();
      assert.deepEqual(await collect(store.range('')), []);
      assert.deepEqual(await collect(store.keys('a.', { after: 'a.b', limit: 3 })), []);
      assert.equal(await store.get('a'), undefined);
      assert.deepEqual(await store.getMany(['a']), [undefined]);
      assert.equal((await store.stats()).entries, 0);
      await store.apply([deleteUpdate('a', 1)], cursorAt(1));
      assert.equal((await store.stats()).entries, 0);
    },
  },
  {
    id: 'limits/large-batch',
    guarantee: 'a batch of 20,000 updates is one commit like any other',
    deadlineMs: 60_000,
    async run({ open }) {
      const store = await open();
      const updates = Array.from({ length: 20_000 }, (_, index) => putUpdate(key(index), index + 1));
      await store.apply(updates, cursorAt(20_000));
      assert.equal((await store.stats()).entries, 20_000);
      assert.equal((await collect(store.keys(''))).length, 20_000);
      assert.equal(store.cursor.revision, 20_000n);
    },
  },
  {
    id: 'limits/large-fold',
    guarantee: 'a fold of largeFold entries (a million) has each of them, in order',
    needs: ['large-fold'],
    deadlineMs: 600_000,
    async run({ open, harness }) {
      const store = await open();
      const total = harness.largeFold ?? 0;
      const batch = store.catchUpBatch ?? 10_000;
      for (let start = 0; start < total; start += batch) {
        const count = Math.min(batch, total - start);
        const updates = Array.from({ length: count }, (_, index) =>
          putUpdate(key(start + index), start + index + 1),
        );
        await store.apply(updates, cursorAt(start + count));
      }
      assert.equal((await store.stats()).entries, total);
      let next = 0;
      for await (const entry of store.range('')) {
        if (entry.key !== key(next)) assert.equal(entry.key, key(next));
        next += 1;
      }
      assert.equal(next, total);
      assert.equal(store.cursor.revision, BigInt(total));
    },
  },
];
