import assert from 'node:assert/strict';
import { VersionToken } from '@slipstream/core';
import { assertCode } from '../suite/assert-code.js';
import { bytesOf, listed, putAll, putEach, textOf } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';

const invalidKeys = ['', '.', '.a', 'a.', 'a..b', 'a b', 'a*', '*', 'a.>', '>', 'ä', 'a\n', '\u0000', '😀'];

export const writeCases: readonly KvStoreCase[] = [
  {
    id: 'write/rising-versions',
    guarantee: 'every write of any kind gets a higher revision than the one before it',
    needs: ['write'],
    async run({ writable }) {
      const { writer } = await writable();
      const first = await writer.put('a', bytesOf('1'));
      const second = await writer.put('b', bytesOf('2'));
      const third = await writer.update('a', bytesOf('3'), first);
      const fourth = await writer.delete('b');
      const fifth = await writer.create('c', bytesOf('5'));
      const sixth = await writer.deleteWithVersion('c', fifth);
      const revisions = [first, second, third, fourth, fifth, sixth].map(({ revision }) => revision ?? -1n);
      for (const [index, revision] of revisions.entries()) {
        assert.ok(
          index === 0 || revision > (revisions[index - 1] ?? 0n),
          `revisions ${revisions.join(', ')}`,
        );
      }
    },
  },
  {
    id: 'write/create-on-live',
    guarantee:
      'create of a live key rejects with ALREADY_EXISTS and writes nothing, also when its value is empty',
    needs: ['write'],
    async run({ writable }) {
      const store = await writable();
      const { reader, writer } = store;
      await writer.put('a', bytesOf('first'));
      const last = await writer.put('empty', new Uint8Array(0));
      await assertCode(() => writer.create('a', bytesOf('second')), 'ALREADY_EXISTS', 'create of a live key');
      await assertCode(
        () => writer.create('empty', bytesOf('x')),
        'ALREADY_EXISTS',
        'create over an empty value',
      );
      assert.equal(textOf((await reader.get('a'))?.value), 'first');
      assert.equal((await store.status()).lastRevision, last.revision);
    },
  },
  {
    id: 'write/create-after-delete',
    guarantee: 'create succeeds on a new key, after a delete, and after a delete with a version',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      const version = await writer.create('a', bytesOf('1'));
      assert.equal((await reader.get('a'))?.version.toString(), version.toString());
      await writer.delete('a');
      const again = await writer.create('a', bytesOf('2'));
      await writer.deleteWithVersion('a', again);
      await writer.create('a', bytesOf('3'));
      assert.equal(textOf((await reader.get('a'))?.value), '3');
      await writer.delete('never-there');
      await writer.create('never-there', bytesOf('4'));
      assert.equal(textOf((await reader.get('never-there'))?.value), '4');
    },
  },
  {
    id: 'write/create-after-purge',
    guarantee: 'create succeeds after a purge',
    needs: ['write', 'purge'],
    async run({ writable }) {
      const { reader, writer, purger } = await writable();
      await writer.put('a', bytesOf('1'));
      await purger?.purge('a');
      await writer.create('a', bytesOf('2'));
      assert.equal(textOf((await reader.get('a'))?.value), '2');
    },
  },
  {
    id: 'write/update',
    guarantee: 'update succeeds exactly when the expected version is the key’s last, markers included',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      const first = await writer.put('a', bytesOf('1'));
      await writer.put('other', bytesOf('x'));
      const second = await writer.update('a', bytesOf('2'), first);
      await assertCode(
        () => writer.update('a', bytesOf('stale'), first),
        'REVISION_MISMATCH',
        'a stale update',
      );
      assert.equal(textOf((await reader.get('a'))?.value), '2');
      const marker = await writer.delete('a');
      await assertCode(
        () => writer.update('a', bytesOf('stale'), second),
        'REVISION_MISMATCH',
        'an update after a delete',
      );
      assert.equal(await reader.get('a'), undefined);
      await writer.update('a', bytesOf('3'), marker);
      assert.equal(textOf((await reader.get('a'))?.value), '3');
    },
  },
  {
    id: 'write/foreign-versions',
    guarantee: 'a version that the source never issued is REVISION_MISMATCH, and nothing is written',
    needs: ['write'],
    async run({ writable }) {
      const store = await writable();
      const { writer } = store;
      const live = await writer.put('a', bytesOf('1'));
      const beyond = VersionToken.fromRevision((live.revision ?? 0n) + 1_000n);
      const otherKey = await writer.put('b', bytesOf('2'));
      const foreign = [
        beyond,
        otherKey,
        VersionToken.fromBytes(new Uint8Array(10).fill(7)),
        VersionToken.fromBytes(new Uint8Array([1])),
        // What some sources say of a key that they have nothing of: that is what `create` is for.
        VersionToken.fromRevision(0),
      ];
      for (const version of foreign) {
        await assertCode(
          () => writer.update('a', bytesOf('x'), version),
          'REVISION_MISMATCH',
          `update at ${version}`,
        );
        await assertCode(
          () => writer.deleteWithVersion('a', version),
          'REVISION_MISMATCH',
          `delete at ${version}`,
        );
        await assertCode(
          () => writer.update('new', bytesOf('x'), version),
          'REVISION_MISMATCH',
          `update of a new key at ${version}`,
        );
      }
      assert.equal((await store.status()).lastRevision, otherKey.revision);
    },
  },
  {
    id: 'write/delete',
    guarantee: 'delete leaves a marker with a version of its own, whether or not the key was live',
    needs: ['write'],
    async run({ writable }) {
      const store = await writable();
      const { reader, writer } = store;
      await putEach(writer, ['a', 'a.b']);
      await writer.delete('a');
      const again = await writer.delete('a');
      const unknown = await writer.delete('never-there');
      assert.equal((await reader.entry('a'))?.version.toString(), again.toString());
      assert.equal((await reader.entry('never-there'))?.version.toString(), unknown.toString());
      assert.deepEqual(await listed(store), ['a.b']);
    },
  },
  {
    id: 'write/delete-with-version',
    guarantee: 'a delete with a version succeeds exactly when that is the key’s last',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      const first = await writer.put('a', bytesOf('1'));
      const second = await writer.put('a', bytesOf('2'));
      await assertCode(() => writer.deleteWithVersion('a', first), 'REVISION_MISMATCH', 'a stale delete');
      assert.equal(textOf((await reader.get('a'))?.value), '2');
      const marker = await writer.deleteWithVersion('a', second);
      const entry = await reader.entry('a');
      assert.deepEqual([entry?.kind, entry?.version.toString()], ['delete', marker.toString()]);
    },
  },
  {
    id: 'write/concurrent-creates',
    guarantee: 'of concurrent creates of one key exactly one succeeds, and its value stays',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      for (let round = 0; round < 5; round++) {
        const contenders = Array.from({ length: 8 }, (_, index) =>
          writer.create(`key.${round}`, bytesOf(String(index))),
        );
        const outcomes = await Promise.allSettled(contenders);
        const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
        assert.equal(winners.length, 1, `winners: ${winners.join(', ')}`);
        for (const outcome of outcomes) {
          if (outcome.status === 'fulfilled') continue;
          await assertCode(() => Promise.reject(outcome.reason), 'ALREADY_EXISTS', 'a create that lost');
        }
        assert.equal(textOf((await reader.get(`key.${round}`))?.value), String(winners[0]));
      }
    },
  },
  {
    id: 'write/concurrent-updates',
    guarantee: 'of concurrent updates that expect the same version exactly one succeeds',
    needs: ['write'],
    async run({ writable }) {
      const { reader, writer } = await writable();
      let version = await writer.put('a', bytesOf('start'));
      for (let round = 0; round < 5; round++) {
        const expected = version;
        const contenders = Array.from({ length: 8 }, (_, index) =>
          writer.update('a', bytesOf(`${round}/${index}`), expected),
        );
        const outcomes = await Promise.allSettled(contenders);
        const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
        assert.equal(won.length, 1, 'updates that succeeded');
        version = won[0]?.value ?? version;
        assert.equal((await reader.get('a'))?.version.toString(), version.toString());
      }
    },
  },
  {
    id: 'write/invalid-keys',
    guarantee: 'every write of an invalid key is refused with INVALID_KEY, and nothing is written',
    needs: ['write'],
    async run({ writable }) {
      const store = await writable();
      const { writer, purger } = store;
      const version = await writer.put('a', bytesOf('1'));
      const value = bytesOf('x');
      for (const key of invalidKeys) {
        const name = JSON.stringify(key);
        await assertCode(() => writer.put(key, value), 'INVALID_KEY', `put of ${name}`);
        await assertCode(() => writer.create(key, value), 'INVALID_KEY', `create of ${name}`);
        await assertCode(() => writer.update(key, value, version), 'INVALID_KEY', `update of ${name}`);
        await assertCode(() => writer.delete(key), 'INVALID_KEY', `delete of ${name}`);
        await assertCode(
          () => writer.deleteWithVersion(key, version),
          'INVALID_KEY',
          `deleteWithVersion of ${name}`,
        );
        if (purger) await assertCode(() => purger.purge(key), 'INVALID_KEY', `purge of ${name}`);
      }
      assert.equal((await store.status()).lastRevision, version.revision);
    },
  },
  {
    id: 'write/valid-keys',
    guarantee: 'every character that keys may have, and long keys, can be written and read',
    needs: ['write'],
    async run({ writable }) {
      const store = await writable();
      const keys = ['A.b', 'a/b=c_d', '0', '-', '_', '=', '/', 'a.b.c.d.e.f', `long.${'x'.repeat(500)}`];
      await putAll(store.writer, keys);
      assert.deepEqual(await listed(store), [...keys].sort());
      for (const key of keys) assert.equal(textOf((await store.reader.get(key))?.value), key);
    },
  },
  {
    id: 'write/value-too-large',
    guarantee: 'a value over the limit is LIMIT_EXCEEDED, and nothing is written',
    needs: ['write', 'max-value-bytes'],
    async run({ writable }) {
      const store = await writable({ maxValueBytes: 1_024 });
      const { reader, writer } = store;
      const last = await writer.put('a', new Uint8Array(900));
      await assertCode(
        () => writer.put('a', new Uint8Array(4_096)),
        'LIMIT_EXCEEDED',
        'a put that is too large',
      );
      assert.equal((await reader.get('a'))?.value.length, 900);
      const { lastRevision, limits } = await store.status();
      assert.equal(lastRevision, last.revision);
      assert.equal(limits.maxValueBytes, 1_024);
    },
  },
];
