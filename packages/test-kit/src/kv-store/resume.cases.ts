import assert from 'node:assert/strict';
import { all, prefix, WatchCursor } from '@slipstream/core';
import { bytesOf, cursorAfter, numberedKeys, putAll, putEach } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import { assertRising } from './watch-assertions.js';

export const resumeCases: readonly KvStoreCase[] = [
  {
    id: 'resume/delta',
    guarantee: 'a resume delivers exactly the updates after the cursor, by count and lowest revision',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      await putAll(store.writer, numberedKeys('early.', 200));
      const before = watch(store, { scope: all() });
      await before.delivered(200);
      const resume = before.cursor;
      await before[Symbol.asyncDispose]();
      const versions = [
        await store.writer.put('late.1', bytesOf('1')),
        await store.writer.delete('early.00007'),
      ];
      versions.push(await store.writer.put('early.00008', bytesOf('2')));
      const probe = watch(store, { scope: all(), resume });
      await probe.caughtUp();
      assert.deepEqual(
        probe.revisions,
        versions.map(({ revision }) => revision),
      );
      assert.deepEqual(
        probe.updates.map(({ kind, key }) => `${kind} ${key}`),
        ['put late.1', 'delete early.00007', 'put early.00008'],
      );
      await store.writer.put('live', bytesOf('3'));
      await probe.delivered(4);
    },
  },
  {
    id: 'resume/every-position',
    guarantee: 'a resume from every position of the log delivers exactly the rest',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const versions = await putEach(store.writer, numberedKeys('k.', 25));
      for (const [index, version] of versions.entries()) {
        await using probe = watch(store, { scope: all(), resume: await cursorAfter(store, version) });
        await probe.caughtUp();
        assert.deepEqual(
          probe.revisions,
          versions.slice(index + 1).map(({ revision }) => revision),
        );
      }
    },
  },
  {
    id: 'resume/history',
    guarantee: 'a resume delivers every retained version after the cursor, not only the last of each key',
    needs: ['watch', 'write', 'history'],
    async run({ writable, watch }) {
      const store = await writable({ history: 3 });
      const [, before] = await putEach(store.writer, ['a', 'b']);
      const after = await putEach(store.writer, ['b', 'a', 'a', 'b', 'a', 'a']);
      const probe = watch(store, { scope: all(), resume: await cursorAfter(store, before) });
      await probe.caughtUp();
      const retained = after.filter((_, index) => index !== 1);
      assert.deepEqual(
        probe.revisions,
        retained.map(({ revision }) => revision),
        'all but the first of the four versions of a',
      );
    },
  },
  {
    id: 'resume/chunk-cursors',
    guarantee: 'a watch resumed at any chunk’s cursor continues after that chunk',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const scope = prefix('k.');
      const probe = watch(store, { scope });
      for (let round = 0; round < 12; round++) {
        await putAll(store.writer, numberedKeys(`k.${round}.`, 5));
        await putAll(store.writer, numberedKeys(`other.${round}.`, 3));
        await probe.delivered((round + 1) * 5);
      }
      const total = probe.revisions;
      let delivered = 0;
      for (const { updates, cursor } of [...probe.chunks]) {
        delivered += updates.length;
        if (cursor.isNone) continue;
        await using resumed = watch(store, { scope, resume: cursor });
        await resumed.caughtUp();
        assert.deepEqual(resumed.revisions, total.slice(delivered), `after ${delivered} updates`);
      }
    },
  },
  {
    id: 'resume/at-head',
    guarantee: 'a resume at the head delivers nothing until the next write, then exactly that',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const versions = await putEach(store.writer, ['a', 'b']);
      const probe = watch(store, { scope: all(), resume: await cursorAfter(store, versions.at(-1)) });
      await probe.caughtUp();
      assert.deepEqual(probe.updates, []);
      const version = await store.writer.put('a', bytesOf('new'));
      await probe.delivered(1);
      assert.deepEqual(probe.revisions, [version.revision]);
    },
  },
  {
    id: 'resume/scope',
    guarantee: 'a resumed prefix watch delivers the delta of its scope only',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const [version] = await putEach(store.writer, ['a.1']);
      for (const key of ['b.1', 'a.2', 'aa', 'a.3']) await store.writer.put(key, bytesOf(key));
      const probe = watch(store, { scope: prefix('a.'), resume: await cursorAfter(store, version) });
      await probe.caughtUp();
      assert.deepEqual(
        probe.updates.map(({ key }) => key),
        ['a.2', 'a.3'],
      );
    },
  },
  {
    id: 'resume/none',
    guarantee: 'resuming from the cursor none delivers the state first',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      await putEach(store.writer, ['a', 'b']);
      const probe = watch(store, { scope: all(), resume: WatchCursor.none });
      await probe.caughtUp();
      assert.equal(probe.updates.length, 2);
    },
  },
  {
    id: 'resume/during-writes',
    guarantee: 'resumes during writes deliver the rest of the log without a gap or a repetition',
    needs: ['watch', 'write'],
    deadlineMs: 60_000,
    async run({ writable, run }) {
      const { watcher, writer } = await writable();
      assert.ok(watcher);
      const keys = numberedKeys('k.', 400);
      const revisions: bigint[] = [];
      let resume: WatchCursor | undefined;
      const written = (async () => {
        for (let start = 0; start < keys.length; start += 8)
          await putAll(writer, keys.slice(start, start + 8));
      })();
      while (revisions.length < keys.length) {
        for await (const { updates, cursor } of watcher.watch(all(), { resume, signal: run.signal })) {
          revisions.push(...updates.map(({ version }) => version.revision ?? -1n));
          if (!cursor.isNone) resume = cursor;
          if (updates.length > 0) break;
        }
      }
      await written;
      assert.equal(revisions.length, keys.length);
      assertRising(revisions);
    },
  },
  {
    id: 'resume/compacted',
    guarantee:
      'a cursor whose own update was overwritten has not expired: everything after it is still there',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      await putEach(store.writer, ['anchor']);
      const overwritten = await store.writer.put('a', bytesOf('0'));
      let last = overwritten;
      for (let round = 1; round <= 10; round++) last = await store.writer.put('a', bytesOf(String(round)));
      const probe = watch(store, { scope: all(), resume: await cursorAfter(store, overwritten) });
      await probe.caughtUp();
      assert.equal(probe.revisions.at(-1), last.revision);
      assert.ok(
        probe.updates.every(({ key }) => key === 'a'),
        'nothing from before the cursor',
      );
    },
  },
];
