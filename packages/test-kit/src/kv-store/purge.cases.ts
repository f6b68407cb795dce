import assert from 'node:assert/strict';
import { all } from '@slipstream/core';
import { assertCode } from '../suite/assert-code.js';
import { eventually } from '../suite/eventually.js';
import { bytesOf, putEach, textOf } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';

const EXPIRY_DEADLINE_MS = 30_000;

export const purgeCases: readonly KvStoreCase[] = [
  {
    id: 'purge/reclaims',
    guarantee: 'a purge removes the key with its history and frees their bytes',
    needs: ['write', 'purge'],
    async run({ writable, harness }) {
      const store = await writable(harness.supports.includes('history') ? { history: 5 } : {});
      const { writer, purger } = store;
      for (let round = 0; round < 4; round++) await writer.put('large', new Uint8Array(20_000).fill(round));
      await putEach(writer, ['small']);
      const before = await store.status();
      await purger?.purge('large');
      const after = await store.status();
      assert.ok(after.bytes < before.bytes - 15_000, `${before.bytes} bytes became ${after.bytes}`);
      assert.equal(after.messages, 2, 'what is left: one value and one marker');
    },
  },
  {
    id: 'purge/with-version',
    guarantee: 'a purge with a version succeeds exactly when that is the key’s last',
    needs: ['write', 'purge'],
    async run({ writable }) {
      const { reader, writer, purger } = await writable();
      const first = await writer.put('a', bytesOf('1'));
      const second = await writer.put('a', bytesOf('2'));
      await assertCode(() => purger?.purge('a', { expected: first }), 'REVISION_MISMATCH', 'a stale purge');
      assert.equal(textOf((await reader.get('a'))?.value), '2');
      const version = await purger?.purge('a', { expected: second });
      assert.equal((await reader.entry('a'))?.version.toString(), version?.toString());
    },
  },
  {
    id: 'purge/marker-ttl',
    guarantee: 'a purge marker with a time to live expires',
    needs: ['write', 'purge', 'ttl'],
    deadlineMs: 60_000,
    async run({ bucket, elapse, harness }) {
      const created = await bucket(harness.supports.includes('markerTtlMs') ? { markerTtlMs: 60_000 } : {});
      const { reader, writer, purger } = created.store;
      await writer?.put('a', bytesOf('1'));
      await purger?.purge('a', { markerTtlMs: 1_000 });
      assert.equal((await reader.entry('a'))?.kind, 'purge');
      await elapse(created, 2_000);
      const gone = async (): Promise<boolean> => (await reader.entry('a')) === undefined;
      await eventually(gone, { what: 'the marker to expire', deadlineMs: EXPIRY_DEADLINE_MS });
    },
  },
  {
    id: 'ttl/expires',
    guarantee: 'an entry with a time to live is readable until it expires, and watches then see a delete',
    needs: ['write', 'watch', 'ttl'],
    deadlineMs: 60_000,
    async run({ bucket, elapse, watch, harness }) {
      const created = await bucket(harness.supports.includes('markerTtlMs') ? { markerTtlMs: 60_000 } : {});
      const { reader, writer, ttl } = created.store;
      assert.ok(ttl && writer, 'the store has ttl and writer');
      const probe = watch(created.store, { scope: all() });
      await ttl.putWithTtl('short', bytesOf('1'), 1_000);
      await putEach(writer, ['stays']);
      assert.equal(textOf((await reader.get('short'))?.value), '1');
      await probe.delivered(2);
      await elapse(created, 2_000);
      const gone = async (): Promise<boolean> => (await reader.get('short')) === undefined;
      await eventually(gone, { what: 'the entry to expire', deadlineMs: EXPIRY_DEADLINE_MS });
      await probe.until('the expiry', () => probe.updates.length >= 3, EXPIRY_DEADLINE_MS);
      const [, , expiry] = probe.updates;
      assert.deepEqual([expiry?.key, expiry?.kind], ['short', 'delete']);
      assert.equal(textOf((await reader.get('stays'))?.value), 'stays');
    },
  },
  {
    id: 'ttl/create',
    guarantee: 'a create with a time to live conflicts with a live key, and succeeds again after it expired',
    needs: ['write', 'ttl'],
    deadlineMs: 60_000,
    async run({ bucket, elapse, harness }) {
      const created = await bucket(harness.supports.includes('markerTtlMs') ? { markerTtlMs: 60_000 } : {});
      const { reader, ttl } = created.store;
      assert.ok(ttl, 'the store has ttl');
      await ttl.createWithTtl('lease', bytesOf('one'), 1_000);
      await assertCode(
        () => ttl.createWithTtl('lease', bytesOf('two'), 1_000),
        'ALREADY_EXISTS',
        'a create of a live key',
      );
      await elapse(created, 2_000);
      const gone = async (): Promise<boolean> => (await reader.get('lease')) === undefined;
      await eventually(gone, { what: 'the entry to expire', deadlineMs: EXPIRY_DEADLINE_MS });
      await ttl.createWithTtl('lease', bytesOf('three'), 60_000);
      assert.equal(textOf((await reader.get('lease'))?.value), 'three');
    },
  },
  {
    id: 'ttl/history',
    guarantee:
      'when an entry with a time to live expires, no earlier version reappears, and watches see a delete',
    needs: ['write', 'watch', 'ttl', 'history'],
    deadlineMs: 60_000,
    async run({ bucket, elapse, watch, harness }) {
      const markers = harness.supports.includes('markerTtlMs') ? { markerTtlMs: 1_000 } : {};
      const created = await bucket({ history: 5, ...markers });
      const { reader, writer, ttl } = created.store;
      assert.ok(ttl && writer, 'the store has ttl and writer');
      // A log that is replaced as a whole may give a watch reason to doubt it.
      await putEach(writer, ['stays']);
      const probe = watch(created.store, { scope: all() });
      await writer.put('a', bytesOf('older'));
      await ttl.putWithTtl('a', bytesOf('short'), 1_000);
      await probe.until('the entry', () => textOf(probe.updates.at(-1)?.value) === 'short');
      await elapse(created, 1_500);
      const gone = async (): Promise<boolean> => textOf((await reader.get('a'))?.value) !== 'short';
      await eventually(gone, { what: 'the entry to expire', deadlineMs: EXPIRY_DEADLINE_MS });
      assert.equal(await reader.get('a'), undefined);
      await probe.until('the expiry', () => probe.updates.at(-1)?.kind === 'delete', EXPIRY_DEADLINE_MS);
    },
  },
];
