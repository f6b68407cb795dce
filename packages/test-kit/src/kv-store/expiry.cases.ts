import assert from 'node:assert/strict';
import { all, type KvStore, VersionToken, WatchCursor } from '@slipstream/core';
import { assertCode } from '../suite/assert-code.js';
import { cursorAfter, numberedKeys, putAll, putEach } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import type { KvStoreContext } from './kv-store-context.js';

async function assertExpired(
  { watch }: KvStoreContext,
  store: KvStore,
  resume: WatchCursor,
  what: string,
): Promise<void> {
  const probe = watch(store, { scope: all(), resume });
  const error = await probe.ended();
  await assertCode(() => Promise.reject(error), 'CURSOR_EXPIRED', what);
  assert.equal(probe.chunks.length, 0, `${what} yields nothing`);
}

export const expiryCases: readonly KvStoreCase[] = [
  {
    id: 'resume/below-window',
    guarantee: 'a cursor that retention has passed is CURSOR_EXPIRED, and nothing is yielded',
    needs: ['watch', 'write', 'evict'],
    async run(context) {
      const bucket = await context.bucket();
      const { store } = bucket;
      assert.ok(store.writer);
      const versions = await putEach(store.writer, numberedKeys('k.', 20));
      await context.harness.evictBefore?.(bucket, versions[10]?.revision ?? 0n);
      assert.equal((await store.status()).firstRevision, versions[10]?.revision);
      for (const index of [0, 5, 8]) {
        const resume = await cursorAfter(store, versions[index]);
        await assertExpired(
          context,
          store,
          resume,
          `a resume after update ${index} of 20 with the first 10 gone`,
        );
      }
    },
  },
  {
    id: 'resume/window-edge',
    guarantee: 'a cursor right before the retained window, or inside it, has not expired',
    needs: ['watch', 'write', 'evict'],
    async run({ bucket, harness, watch }) {
      const created = await bucket();
      const { store } = created;
      assert.ok(store.writer);
      const versions = await putEach(store.writer, numberedKeys('k.', 20));
      await harness.evictBefore?.(created, versions[10]?.revision ?? 0n);
      for (const index of [9, 10, 15, 19]) {
        await using probe = watch(store, { scope: all(), resume: await cursorAfter(store, versions[index]) });
        await probe.caughtUp();
        assert.deepEqual(
          probe.revisions,
          versions.slice(index + 1).map(({ revision }) => revision),
        );
      }
    },
  },
  {
    id: 'resume/everything-evicted',
    guarantee: 'when the whole log is gone, a cursor before its end has expired, and one at its end has not',
    needs: ['watch', 'write', 'evict'],
    async run(context) {
      const bucket = await context.bucket();
      const { store } = bucket;
      assert.ok(store.writer);
      const [first, last] = await putEach(store.writer, ['a', 'b']);
      await context.harness.evictBefore?.(bucket, (last?.revision ?? 0n) + 1n);
      await assertExpired(context, store, await cursorAfter(store, first), 'a resume before the end');
      const probe = context.watch(store, { scope: all(), resume: await cursorAfter(store, last) });
      await probe.caughtUp();
      assert.deepEqual(probe.updates, []);
    },
  },
  {
    id: 'resume/after-gap',
    guarantee: 'with afterGap, a resume below the window delivers exactly what the log still has',
    needs: ['watch', 'write', 'evict'],
    async run(context) {
      const bucket = await context.bucket();
      const { store } = bucket;
      assert.ok(store.writer);
      const versions = await putEach(store.writer, numberedKeys('k.', 20));
      await context.harness.evictBefore?.(bucket, versions[10]?.revision ?? 0n);
      for (const [index, first] of [
        [3, 10],
        [9, 10],
        [14, 15],
      ] as const) {
        const resume = await cursorAfter(store, versions[index]);
        await using probe = context.watch(store, { scope: all(), resume, afterGap: true });
        await probe.caughtUp();
        assert.deepEqual(
          probe.revisions,
          versions.slice(first).map(({ revision }) => revision),
        );
      }
      const beyond = VersionToken.fromRevision((versions.at(-1)?.revision ?? 0n) + 1n);
      const probe = context.watch(store, {
        scope: all(),
        resume: await cursorAfter(store, beyond),
        afterGap: true,
      });
      const error = await probe.ended();
      await assertCode(() => Promise.reject(error), 'CURSOR_EXPIRED', 'a resume beyond the end, gap or not');
    },
  },
  {
    id: 'resume/beyond-end',
    guarantee: 'a cursor past the end of the log is CURSOR_EXPIRED, and nothing is yielded',
    needs: ['watch', 'write'],
    async run(context) {
      const store = await context.writable();
      const [, last] = await putEach(store.writer, ['a', 'b']);
      const end = last?.revision ?? 0n;
      for (const ahead of [1n, 1_000n, 0xffff_ffff_ffff_ffffn - end]) {
        const resume = await cursorAfter(store, VersionToken.fromRevision(end + ahead));
        await assertExpired(context, store, resume, `a resume ${ahead} past the end`);
      }
    },
  },
  {
    id: 'resume/other-epoch',
    guarantee: 'a cursor of another epoch is CURSOR_EXPIRED, even when its revision is in the log',
    needs: ['watch', 'write', 'epochs'],
    async run(context) {
      const store = await context.writable();
      const [version] = await putEach(store.writer, ['a', 'b', 'c']);
      const resume = WatchCursor.of({ version: version ?? VersionToken.unknown, epoch: 'another epoch' });
      await assertExpired(context, store, resume, 'a resume with another epoch');
    },
  },
  {
    id: 'resume/re-created',
    guarantee: 'a re-created bucket has another epoch, and cursors of the old one are expired',
    needs: ['watch', 'write', 'epochs', 'recreate'],
    async run(context) {
      const bucket = await context.bucket();
      assert.ok(bucket.store.writer);
      const versions = await putEach(bucket.store.writer, numberedKeys('old.', 10));
      const resume = await cursorAfter(bucket.store, versions[4]);
      const recreated = await context.harness.recreate?.(bucket);
      assert.ok(recreated?.writer);
      const fresh = context.run.own(recreated);
      await putAll(recreated.writer, numberedKeys('new.', 10));
      assert.notEqual((await fresh.status()).epoch, resume.epoch);
      await assertExpired(context, fresh, resume, 'a resume with a cursor of the old bucket');
    },
  },
];
