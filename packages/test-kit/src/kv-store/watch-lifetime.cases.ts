import assert from 'node:assert/strict';
import { all, prefixes } from '@slipstream/core';
import { assertCode } from '../suite/assert-code.js';
import { eventually } from '../suite/eventually.js';
import { numberedKeys, putAll } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import type { KvStoreContext } from './kv-store-context.js';
import type { TestBucket } from './kv-store-harness.js';

const consumersBecome = ({ harness }: KvStoreContext, bucket: TestBucket, count: number): Promise<true> =>
  eventually(async () => (await harness.countConsumers?.(bucket)) === count || undefined, {
    what: `the server to have ${count} consumers`,
  });

export const watchLifetimeCases: readonly KvStoreCase[] = [
  {
    id: 'watch-lifetime/lazy',
    guarantee: 'a watch requests nothing from the server before its first step',
    needs: ['watch', 'count-consumers'],
    async run(context) {
      const bucket = await context.bucket();
      bucket.store.watcher?.watch(all());
      bucket.store.watcher?.watch(all())[Symbol.asyncIterator]();
      // What had been asked before this is answered when it is.
      await bucket.store.status();
      assert.equal(await context.harness.countConsumers?.(bucket), 0);
    },
  },
  {
    id: 'watch-lifetime/one-consumer',
    guarantee: 'several prefixes are served by one consumer on the server',
    needs: ['watch', 'write', 'count-consumers'],
    async run(context) {
      const bucket = await context.bucket();
      const scope = prefixes(['a.', 'b.', 'c.', 'to']);
      const probe = context.watch(bucket.store, { scope });
      await probe.caughtUp();
      assert.equal(await context.harness.countConsumers?.(bucket), 1);
    },
  },
  {
    id: 'watch-lifetime/left-early',
    guarantee: 'leaving the loop over a watch frees its consumer',
    needs: ['watch', 'write', 'count-consumers'],
    async run(context) {
      const bucket = await context.bucket();
      const { watcher, writer } = bucket.store;
      assert.ok(watcher && writer);
      await putAll(writer, numberedKeys('k.', 100));
      for await (const chunk of watcher.watch(all(), { signal: context.run.signal })) {
        assert.ok(chunk);
        break;
      }
      await consumersBecome(context, bucket, 0);
    },
  },
  {
    id: 'watch-lifetime/abort-frees',
    guarantee: 'a watch that is aborted frees its consumer',
    needs: ['watch', 'count-consumers'],
    async run(context) {
      const bucket = await context.bucket();
      const probe = context.watch(bucket.store, { scope: all() });
      await probe.caughtUp();
      await probe[Symbol.asyncDispose]();
      await consumersBecome(context, bucket, 0);
    },
  },
  {
    id: 'watch-lifetime/abort',
    guarantee: 'an abort rejects the pending step with ABORTED, or the first one when it came before',
    needs: ['watch'],
    async run({ store }) {
      const { watcher } = await store();
      const controller = new AbortController();
      const chunks = watcher?.watch(all(), { signal: controller.signal })[Symbol.asyncIterator]();
      await chunks?.next();
      const waiting = assertCode(async () => drain(chunks), 'ABORTED', 'the waiting step');
      controller.abort();
      await waiting;
      const late = watcher?.watch(all(), { signal: controller.signal })[Symbol.asyncIterator]();
      await assertCode(async () => late?.next(), 'ABORTED', 'the first step of an aborted watch');
    },
  },
  {
    id: 'watch-lifetime/close',
    guarantee: 'closing the store ends its watches with CLOSED',
    needs: ['watch'],
    async run({ store, watch }) {
      const opened = await store();
      const probe = watch(opened, { scope: all() });
      await probe.caughtUp();
      await opened.close();
      const error = await probe.ended();
      await assertCode(() => Promise.reject(error), 'CLOSED', 'the watch of a store that was closed');
    },
  },
];

async function drain(chunks: AsyncIterator<unknown> | undefined): Promise<void> {
  while ((await chunks?.next())?.done === false);
}
