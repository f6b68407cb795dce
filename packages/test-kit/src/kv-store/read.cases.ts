import assert from 'node:assert/strict';
import { collect } from '@slipstream/core/testing';
import { plainEntry } from '../models/plain-form.js';
import { assertCode } from '../suite/assert-code.js';
import { bytesOf, putEach, textOf } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';

export const readCases: readonly KvStoreCase[] = [
  {
    id: 'read/empty-bucket',
    guarantee: 'an empty bucket answers every read, and its log ends at revision 0',
    async run({ store }) {
      const opened = await store();
      const { reader } = opened;
      assert.equal(await reader.get('a'), undefined);
      assert.equal(await reader.entry('a'), undefined);
      assert.deepEqual(await collect(reader.keys('')), []);
      assert.deepEqual(await collect(reader.scan('')), []);
      const { firstRevision, lastRevision, epoch, messages } = await opened.status();
      assert.deepEqual([firstRevision, lastRevision, messages], [1n, 0n, 0]);
      assert.ok(epoch.length > 0, 'the log has an epoch');
    },
  },
  {
    id: 'read/round-trip',
    guarantee: 'get and entry give the value and the version of the last put, byte for byte',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      await writer.put('a.b', bytesOf('old'));
      const value = Uint8Array.from({ length: 256 }, (_, index) => index);
      const version = await writer.put('a.b', value.slice());
      const expected = plainEntry({ key: 'a.b', value, version });
      const [got, entry] = [await reader.get('a.b'), await reader.entry('a.b')];
      assert.ok(got && entry);
      assert.deepEqual(plainEntry(got), expected);
      assert.deepEqual({ kind: entry.kind, ...plainEntry(entry) }, { kind: 'put', ...expected });
    },
  },
  {
    id: 'read/missing-key',
    guarantee: 'a key that was never written reads as undefined, also when similar keys exist',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      await putEach(writer, ['a.b', 'a.b.c', 'a.bc']);
      for (const key of ['a', 'A.B', 'b', 'a.bcd', 'a.b.c.d']) {
        assert.equal(await reader.get(key), undefined, key);
        assert.equal(await reader.entry(key), undefined, key);
      }
    },
  },
  {
    id: 'read/delete-markers',
    guarantee: 'a deleted key is hidden from get, keys and scan; entry shows the marker with its version',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      await putEach(writer, ['a', 'b']);
      const version = await writer.delete('a');
      assert.equal(await reader.get('a'), undefined);
      assert.deepEqual(await collect(reader.keys('')), ['b']);
      assert.deepEqual(
        (await collect(reader.scan(''))).map(({ key }) => key),
        ['b'],
      );
      const marker = await reader.entry('a');
      assert.equal(marker?.kind, 'delete');
      assert.equal(marker?.version.toString(), version.toString());
      assert.equal(marker?.value.length, 0);
    },
  },
  {
    id: 'read/purge-markers',
    guarantee: 'a purged key is hidden from get, keys and scan; entry shows a purge with its version',
    needs: ['write', 'purge'],
    async run({ writable }) {
      const { reader, writer, purger } = await writable();
      await putEach(writer, ['a', 'b']);
      const version = await purger?.purge('a');
      assert.equal(await reader.get('a'), undefined);
      assert.deepEqual(await collect(reader.keys('')), ['b']);
      assert.deepEqual(
        (await collect(reader.scan(''))).map(({ key }) => key),
        ['b'],
      );
      const marker = await reader.entry('a');
      assert.equal(marker?.kind, 'purge');
      assert.equal(marker?.version.toString(), version?.toString());
    },
  },
  {
    id: 'read/empty-value',
    guarantee: 'an empty value is a value: get, keys and scan show it',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      await writer.put('a', new Uint8Array(0));
      assert.equal((await reader.get('a'))?.value.length, 0);
      assert.equal((await reader.entry('a'))?.kind, 'put');
      assert.deepEqual(await collect(reader.keys('')), ['a']);
      assert.deepEqual(
        (await collect(reader.scan(''))).map(({ key }) => key),
        ['a'],
      );
    },
  },
  {
    id: 'read/status',
    guarantee: 'status reports the extent of the log: first and last revision, messages, keys, bytes',
    needs: ['write'],
    async run({ writable }) {
      const opened = await writable();
      const { writer } = opened;
      const [first] = await putEach(writer, ['a']);
      await putEach(writer, ['b', 'c']);
      const version = await writer.delete('c');
      const { firstRevision, lastRevision, messages, keys, bytes } = await opened.status();
      assert.equal(keys, 3);
      assert.equal(firstRevision, first?.revision);
      assert.equal(lastRevision, version.revision);
      assert.equal(messages, 3);
      assert.ok(bytes > 0);
    },
  },
  {
    id: 'read/owned-values',
    guarantee: 'a value belongs to its reader: modifying it does not change the bucket',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      const written = bytesOf('value');
      await writer.put('a', written);
      written.fill(0);
      assert.equal(textOf((await reader.get('a'))?.value), 'value', 'after the writer changed its array');
      (await reader.get('a'))?.value.fill(0);
      (await reader.entry('a'))?.value.fill(0);
      for (const { value } of await collect(reader.scan(''))) value.fill(0);
      assert.equal(textOf((await reader.get('a'))?.value), 'value', 'after readers changed theirs');
    },
  },
  {
    id: 'read/invalid-keys',
    guarantee: 'a read of an invalid key or prefix is refused with INVALID_KEY before a request is made',
    async run({ store }) {
      const { reader } = await store();
      for (const key of ['', '.a', 'a.', 'a..b', 'a b', 'a.*', '>', 'ä', 'a\n', '\u0000']) {
        await assertCode(() => reader.get(key), 'INVALID_KEY', `get of ${JSON.stringify(key)}`);
        await assertCode(() => reader.entry(key), 'INVALID_KEY', `entry of ${JSON.stringify(key)}`);
      }
      for (const prefix of ['.a', 'a..b', 'a b', 'a.*', '>', 'ä']) {
        await assertCode(
          () => collect(reader.keys(prefix)),
          'INVALID_KEY',
          `keys of ${JSON.stringify(prefix)}`,
        );
        await assertCode(
          () => collect(reader.scan(prefix)),
          'INVALID_KEY',
          `scan of ${JSON.stringify(prefix)}`,
        );
      }
    },
  },
];
