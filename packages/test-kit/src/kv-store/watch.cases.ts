import assert from 'node:assert/strict';
import { all, prefix } from '@slipstream/core';
import { plainUpdate } from '../models/plain-form.js';
import { bytesOf, numberedKeys, putAll, putEach } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import { assertRising, inShort } from './watch-assertions.js';

export const watchCases: readonly KvStoreCase[] = [
  {
    id: 'watch/empty-scope',
    guarantee: 'a watch of an empty scope reports at once that it is caught up',
    needs: ['watch'],
    async run({ store, watch }) {
      const probe = watch(await store(), { scope: prefix('nothing.') });
      await probe.caughtUp();
      assert.deepEqual(probe.updates, []);
    },
  },
  {
    id: 'watch/state-first',
    guarantee: 'a watch first yields the last update of every key once, markers included, in revision order',
    needs: ['watch', 'write'],
    async run({ writable, watch, harness }) {
      const store = await writable(harness.supports.includes('history') ? { history: 4 } : {});
      const { writer } = store;
      await putEach(writer, ['a', 'b', 'c']);
      const a = await writer.put('a', bytesOf('a again'));
      const b = await writer.delete('b');
      const d = await writer.put('d', new Uint8Array(0));
      const probe = watch(store, { scope: all() });
      await probe.caughtUp();
      const [c, ...others] = probe.updates.map(plainUpdate);
      assert.deepEqual([c?.kind, c?.key, c?.value], ['put', 'c', 'c']);
      assert.deepEqual(others, [
        { kind: 'put', key: 'a', value: 'a again', version: a.toString() },
        { kind: 'delete', key: 'b', value: '', version: b.toString() },
        { kind: 'put', key: 'd', value: '', version: d.toString() },
      ]);
    },
  },
  {
    id: 'watch/live',
    guarantee: 'changes come live, each once, in order, with kind, value and version',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const { writer } = store;
      const probe = watch(store, { scope: all() });
      await probe.caughtUp();
      // One at a time: a log that keeps one version of a key may drop what it has not sent.
      const first = await writer.put('a', bytesOf('1'));
      await probe.delivered(1);
      const second = await writer.update('a', bytesOf('2'), first);
      await probe.delivered(2);
      const third = await writer.delete('a');
      await probe.delivered(3);
      const fourth = await writer.create('a', new Uint8Array(0));
      await probe.delivered(4);
      assert.deepEqual(probe.updates.map(plainUpdate), [
        { kind: 'put', key: 'a', value: '1', version: first.toString() },
        { kind: 'put', key: 'a', value: '2', version: second.toString() },
        { kind: 'delete', key: 'a', value: '', version: third.toString() },
        { kind: 'put', key: 'a', value: '', version: fourth.toString() },
      ]);
    },
  },
  {
    id: 'watch/purges',
    guarantee: 'a purge is delivered as a purge, live and in the state',
    needs: ['watch', 'write', 'purge'],
    async run({ writable, watch }) {
      const store = await writable();
      await putEach(store.writer, ['a', 'b']);
      const live = watch(store, { scope: all() });
      await live.delivered(2);
      await store.purger?.purge('a');
      await live.delivered(3);
      assert.deepEqual(inShort(live.updates.slice(2)), ['purge a']);
      const late = watch(store, { scope: all() });
      await late.caughtUp();
      assert.deepEqual(inShort(late.updates), ['put b', 'purge a']);
    },
  },
  {
    id: 'watch/no-gap',
    guarantee:
      'between the state and the live changes nothing is missed or repeated, even while writers keep writing',
    needs: ['watch', 'write'],
    deadlineMs: 60_000,
    async run({ writable, watch }) {
      const store = await writable();
      const keys = numberedKeys('k.', 600);
      const attachAt = new Set([0, 100, 250, 400]);
      const probes: ReturnType<typeof watch>[] = [];
      for (let start = 0; start < keys.length; start += 10) {
        const written = putAll(store.writer, keys.slice(start, start + 10));
        // Each key is written once, so every watch has to deliver each of them exactly once.
        if (attachAt.has(start)) probes.push(watch(store, { scope: all() }));
        await written;
      }
      for (const probe of probes) {
        await probe.delivered(keys.length);
        assertRising(probe.revisions);
        assert.deepEqual(probe.updates.map(({ key }) => key).sort(), keys);
      }
    },
  },
  {
    id: 'watch/no-gap-on-one-key',
    guarantee:
      'a key that is overwritten while a watch attaches is never shown at an older version afterwards',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const probes: ReturnType<typeof watch>[] = [];
      // Without it, every overwrite would move the log's floor, and a source may take that for a loss.
      await putEach(store.writer, ['anchor']);
      let last = await store.writer.put('a', bytesOf('0'));
      for (let round = 1; round <= 60; round++) {
        const written = store.writer.put('a', bytesOf(String(round)));
        if (round % 20 === 0) probes.push(watch(store, { scope: prefix('a') }));
        last = await written;
      }
      for (const probe of probes) {
        await probe.until('the last write', () => probe.updates.at(-1)?.version.equals(last) === true);
        assertRising(probe.revisions);
      }
    },
  },
  {
    id: 'watch/pending',
    guarantee: 'pending counts down to 0 while a watch catches up with 5,000 keys, each delivered once',
    needs: ['watch', 'write'],
    deadlineMs: 60_000,
    async run({ writable, watch }) {
      const store = await writable();
      const keys = numberedKeys('k.', 5_000);
      await putAll(store.writer, keys);
      const probe = watch(store, { scope: all() });
      await probe.caughtUp();
      assert.deepEqual(probe.updates.map(({ key }) => key).sort(), keys);
      assertRising(probe.revisions);
      let delivered = 0;
      for (const { updates, pending } of probe.chunks) {
        delivered += updates.length;
        if (pending !== undefined)
          assert.equal(pending, keys.length - delivered, `pending after ${delivered}`);
      }
    },
  },
  {
    id: 'watch/cursors',
    guarantee:
      'a chunk’s cursor has the log’s epoch, is at or past the chunk’s last update, and never goes back',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      await putAll(store.writer, numberedKeys('k.', 50));
      const probe = watch(store, { scope: prefix('k.') });
      for (let round = 0; round < 10; round++)
        await putEach(store.writer, [`k.new.${round}`, `other.${round}`]);
      await probe.delivered(60);
      const { epoch } = await store.status();
      let previous = 0n;
      for (const { updates, cursor } of probe.chunks) {
        if (cursor.isNone) {
          assert.equal(updates.length, 0, 'a chunk with updates has a cursor');
          continue;
        }
        const revision = cursor.revision ?? -1n;
        const last = updates.at(-1)?.version.revision ?? 0n;
        assert.ok(revision >= last, `a cursor at ${revision} after an update at ${last}`);
        assert.ok(revision >= previous, `a cursor at ${revision} after one at ${previous}`);
        assert.equal(cursor.epoch, epoch);
        previous = revision;
      }
      assert.ok(previous > 0n, 'there were cursors');
    },
  },
  {
    id: 'watch/cursors-claim-nothing-undelivered',
    guarantee: 'no cursor passes an update in scope that has not been delivered',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      await putAll(store.writer, numberedKeys('other.', 20));
      const probe = watch(store, { scope: prefix('k.') });
      const written: bigint[] = [];
      for (let round = 0; round < 100; round++) {
        const key = round % 3 === 0 ? `k.${round}` : `other.${round}`;
        const { revision } = await store.writer.put(key, bytesOf(key));
        if (round % 3 === 0) written.push(revision ?? -1n);
      }
      await probe.delivered(written.length);
      const delivered = new Set<bigint>();
      for (const { updates, cursor } of probe.chunks) {
        for (const { version } of updates) delivered.add(version.revision ?? -1n);
        if (cursor.isNone) continue;
        const skipped = written.find(
          (revision) => revision <= (cursor.revision ?? 0n) && !delivered.has(revision),
        );
        assert.equal(skipped, undefined, `a cursor at ${cursor.revision} passed an undelivered update`);
      }
    },
  },
];
