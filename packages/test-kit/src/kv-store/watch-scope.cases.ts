import assert from 'node:assert/strict';
import { all, prefix, prefixes } from '@slipstream/core';
import { bytesOf, numberedKeys, putAll, putEach } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import { assertRising, inShort } from './watch-assertions.js';

export const watchScopeCases: readonly KvStoreCase[] = [
  {
    id: 'watch/prefix',
    guarantee: 'a prefix watch yields the keys of its scope and no others, state and live',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const keys = ['a', 'a.b', 'a.b.c', 'aa', 'aa.b', 'b.a.b'];
      await putAll(store.writer, keys);
      const probe = watch(store, { scope: prefix('a.') });
      await probe.caughtUp();
      for (const key of [...keys].reverse()) await store.writer.delete(key);
      await store.writer.put('a.end', bytesOf('end'));
      await probe.until('the end', () => probe.updates.at(-1)?.key === 'a.end');
      assert.deepEqual(inShort(probe.updates), [
        'put a.b',
        'put a.b.c',
        'delete a.b.c',
        'delete a.b',
        'put a.end',
      ]);
    },
  },
  {
    id: 'watch/prefix-inside-token',
    guarantee: 'a prefix that ends inside a token covers every key that begins with it, state and live',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      await putEach(store.writer, ['ro', 'rou', 'rounds.1', 'route.1', 'x.route']);
      const probe = watch(store, { scope: prefix('rou') });
      await probe.caughtUp();
      await putEach(store.writer, ['ro.u']);
      await putEach(store.writer, ['router']);
      await probe.delivered(4);
      assert.deepEqual(
        probe.updates.map(({ key }) => key),
        ['rou', 'rounds.1', 'route.1', 'router'],
      );
    },
  },
  {
    id: 'watch/prefixes',
    guarantee:
      'a watch of several prefixes, even overlapping ones, yields each update of their union once, in revision order',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      for (const key of ['c.1', 'a.1', 'b.1', 'a.b.1', 'cc']) await store.writer.put(key, bytesOf(key));
      const probe = watch(store, { scope: prefixes(['a.', 'c.', 'a.b.', 'a.', 'to']) });
      await probe.caughtUp();
      for (const key of ['b.2', 'c.2', 'token', 'a.2']) await store.writer.put(key, bytesOf(key));
      await probe.delivered(6);
      assert.deepEqual(
        probe.updates.map(({ key }) => key),
        ['c.1', 'a.1', 'a.b.1', 'c.2', 'token', 'a.2'],
      );
      assertRising(probe.revisions);
    },
  },
  {
    id: 'watch/side-by-side',
    guarantee: 'watches of one bucket are independent: each delivers everything in its scope',
    needs: ['watch', 'write'],
    async run({ writable, watch }) {
      const store = await writable();
      const probes = [all(), prefix('a.'), all(), prefix('b.')].map((scope) => watch(store, { scope }));
      await putAll(store.writer, [...numberedKeys('a.', 20), ...numberedKeys('b.', 20)]);
      for (const [index, count] of [40, 20, 40, 20].entries()) await probes[index]?.delivered(count);
      await probes[0]?.[Symbol.asyncDispose]();
      await putEach(store.writer, ['a.last']);
      await probes[1]?.delivered(21);
      await probes[2]?.delivered(41);
      assert.equal(probes[3]?.updates.length, 20);
    },
  },
];
