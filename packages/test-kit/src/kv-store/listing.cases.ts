import assert from 'node:assert/strict';
import { collect } from '@slipstream/core/testing';
import { eventually } from '../suite/eventually.js';
import { bytesOf, listed, numberedKeys, putAll, putEach, textOf } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import { assertWritable } from './kv-store-context.js';

const VALUE_BYTES = 4_096;

export const listingCases: readonly KvStoreCase[] = [
  {
    id: 'read/prefixes',
    guarantee:
      'keys and scan yield exactly the keys that begin with the prefix, also when it ends inside a token',
    needs: ['write'],
    async run({ writable }) {
      const store = await writable();
      const keys = [
        'a',
        'a.b',
        'a.b.c',
        'a.bc',
        'aa',
        'aa.b',
        'rou',
        'rounds.1',
        'route',
        'route.1',
        'router.1',
        'x/y=z',
      ];
      await putAll(store.writer, keys);
      for (const prefix of [
        '',
        'a',
        'a.',
        'a.b',
        'a.b.',
        'aa',
        'ro',
        'rou',
        'route',
        'route.',
        'x/',
        'nowhere',
        'nowhere.',
      ]) {
        const expected = keys.filter((key) => key.startsWith(prefix));
        assert.deepEqual(await listed(store, prefix), expected, `keys of ${JSON.stringify(prefix)}`);
        const scanned = (await collect(store.reader.scan(prefix))).map(({ key }) => key).sort();
        assert.deepEqual(scanned, expected, `scan of ${JSON.stringify(prefix)}`);
      }
    },
  },
  {
    id: 'read/each-key-once',
    guarantee:
      'keys and scan show each live key once, with its last value and version, however often it was written',
    needs: ['write'],
    async run({ writable, harness }) {
      const { reader, writer } = await writable(harness.supports.includes('history') ? { history: 5 } : {});
      await putEach(writer, ['b', 'c']);
      for (let round = 0; round < 4; round++) await writer.put('a', bytesOf(`round ${round}`));
      await writer.delete('b');
      await writer.put('b', bytesOf('back'));
      const version = await writer.put('a', bytesOf('last'));
      await writer.delete('c');
      assert.deepEqual((await collect(reader.keys(''))).sort(), ['a', 'b']);
      const scanned = (await collect(reader.scan(''))).sort((x, y) => (x.key < y.key ? -1 : 1));
      assert.deepEqual(
        scanned.map(({ key, value }) => [key, textOf(value)]),
        [
          ['a', 'last'],
          ['b', 'back'],
        ],
      );
      assert.equal(scanned[0]?.version.toString(), version.toString());
    },
  },
  {
    id: 'read/many-keys',
    guarantee: 'listings of 5,000 keys, more than any client’s window, are complete',
    needs: ['write'],
    deadlineMs: 60_000,
    async run({ writable }) {
      const store = await writable();
      const keys = numberedKeys('k.', 5_000);
      await putAll(store.writer, keys);
      assert.deepEqual(await listed(store), keys);
      const scanned = await collect(store.reader.scan('k.'));
      assert.deepEqual(scanned.map(({ key }) => key).sort(), keys);
      assert.ok(
        scanned.every(({ key, value }) => textOf(value) === key),
        'each key has its own value',
      );
      assert.equal((await store.status()).messages, 5_000);
    },
  },
  {
    id: 'read/keys-without-values',
    guarantee: 'a listing of keys transfers no values',
    needs: ['write', 'metered'],
    async run({ bucket, harness, run }) {
      const created = await bucket();
      const { writer } = assertWritable(created.store);
      const keys = numberedKeys('k.', 100);
      for (const key of keys) await writer.put(key, new Uint8Array(VALUE_BYTES));
      const metered = await harness.openMetered?.(created);
      assert.ok(metered);
      run.own(metered);
      const { reader } = metered.store;
      for (const list of [reader.keys, reader.knownKeys]) {
        if (list === undefined) continue;
        const before = metered.receivedBytes;
        assert.deepEqual((await collect(list.call(reader, 'k.'))).sort(), keys);
        const received = metered.receivedBytes - before;
        assert.ok(
          received < (keys.length * VALUE_BYTES) / 4,
          `${received} bytes for a listing of ${keys.length} keys`,
        );
      }
    },
  },
  {
    id: 'read/known-keys',
    guarantee: 'knownKeys lists every key that the log retains anything of, even only a marker',
    needs: ['write', 'known-keys'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      await putEach(writer, ['a.1', 'a.2', 'aa', 'b.1']);
      await writer.delete('a.2');
      await writer.delete('a.3');
      const known = async (prefix: string): Promise<string[]> => {
        return (await collect(reader.knownKeys?.(prefix) ?? [])).sort();
      };
      assert.deepEqual(await known('a.'), ['a.1', 'a.2', 'a.3']);
      assert.deepEqual(await known('a'), ['a.1', 'a.2', 'a.3', 'aa']);
      assert.deepEqual(await known(''), ['a.1', 'a.2', 'a.3', 'aa', 'b.1']);
    },
  },
  {
    id: 'read/left-early',
    guarantee: 'a listing left early, like one that ran to its end, leaves no consumer on the server',
    needs: ['write', 'count-consumers'],
    async run({ bucket, harness }) {
      const created = await bucket();
      const { reader, writer } = created.store;
      assert.ok(writer);
      await putAll(writer, numberedKeys('k.', 500));
      const before = await harness.countConsumers?.(created);
      assert.equal((await collect(reader.keys(''), 1)).length, 1);
      assert.equal((await collect(reader.scan('k.'), 1)).length, 1);
      assert.equal((await collect(reader.scan('k.'))).length, 500);
      const freed = async (): Promise<boolean> => (await harness.countConsumers?.(created)) === before;
      await eventually(freed, { what: 'the consumers of listings to go' });
    },
  },
];
