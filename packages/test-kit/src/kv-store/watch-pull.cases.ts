import assert from 'node:assert/strict';
import { all, SlipstreamError } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import { bytesOf, numberedKeys, putAll, putEach, textOf } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import { assertRising } from './watch-assertions.js';

export const watchPullCases: readonly KvStoreCase[] = [
  {
    id: 'watch/slow-consumer',
    guarantee: 'a consumer that pauses between pulls is delivered everything, once',
    needs: ['watch', 'write'],
    deadlineMs: 60_000,
    async run({ writable, run }) {
      const store = await writable();
      await putAll(store.writer, numberedKeys('early.', 1_000));
      const chunks = store.watcher?.watch(all(), { signal: run.signal })[Symbol.asyncIterator]();
      assert.ok(chunks);
      const revisions: bigint[] = [];
      let late = 0;
      while (revisions.length < 3_000) {
        const next = await chunks.next();
        assert.equal(next.done, false, 'the watch goes on');
        for (const { version } of next.value?.updates ?? []) revisions.push(version.revision ?? -1n);
        if (late === 4) continue;
        await putAll(store.writer, numberedKeys(`late.${late}.`, 500));
        // What keeps the consumer busy while the source has more and more for it.
        await collect(store.reader.scan(''));
        late += 1;
      }
      await chunks.return?.();
      assert.equal(revisions.length, 3_000);
      assertRising(revisions);
    },
  },
  {
    id: 'watch/overrun',
    guarantee:
      'a slow watch that retention overruns rejects with CURSOR_EXPIRED at the gap, and never skips it silently',
    needs: ['watch', 'write', 'evict'],
    deadlineMs: 60_000,
    async run({ bucket, harness, run }) {
      const created = await bucket();
      const { watcher, writer } = created.store;
      assert.ok(watcher && writer);
      await putEach(writer, ['first']);
      const chunks = watcher.watch(all(), { signal: run.signal })[Symbol.asyncIterator]();
      await chunks.next();
      const versions = await putEach(writer, numberedKeys('k.', 500));
      await harness.evictBefore?.(created, versions[400]?.revision ?? 0n);
      const last = await writer.put('last', bytesOf('last'));
      const due = [...versions, last].map(({ revision }) => revision);
      const delivered: (bigint | undefined)[] = [];
      const drain = async (): Promise<void> => {
        while (delivered.at(-1) !== last.revision) {
          const next = await chunks.next();
          for (const { key, version } of next.value?.updates ?? []) {
            if (key !== 'first') delivered.push(version.revision);
          }
        }
        // What it had taken in before the eviction, a source may hand over: then nothing is missing.
        assert.deepEqual(delivered, due, 'a watch that goes on past an eviction has missed nothing');
        throw new SlipstreamError('CURSOR_EXPIRED', 'not needed');
      };
      await assertCode(drain, 'CURSOR_EXPIRED', 'the overrun watch');
      assert.deepEqual(delivered, due.slice(0, delivered.length), 'what came before the gap is contiguous');
    },
  },
  {
    id: 'watch/values-stay',
    guarantee: 'a delivered value stays unchanged when later chunks arrive, and belongs to the receiver',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const probe = watch(store, { scope: all() });
      await probe.caughtUp();
      const keys = numberedKeys('k.', 300);
      for (let start = 0; start < keys.length; start += 30)
        await putAll(store.writer, keys.slice(start, start + 30));
      await probe.delivered(keys.length);
      for (const { key, value } of probe.updates) assert.equal(textOf(value), key);
      for (const { value } of probe.updates) value.fill(0);
      assert.equal(textOf((await store.reader.get('k.00000'))?.value), 'k.00000', 'the bucket’s own value');
      const other = watch(store, { scope: all() });
      await other.delivered(keys.length);
      for (const { key, value } of other.updates) assert.equal(textOf(value), key);
    },
  },
];
