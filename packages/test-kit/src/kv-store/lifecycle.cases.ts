import assert from 'node:assert/strict';
import { all, type KvRequestOptions, type KvStore, VersionToken } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import { eventually } from '../suite/eventually.js';
import { bytesOf, putEach, textOf } from './bucket-content.js';
import type { KvStoreCase } from './kv-store-case.js';
import { assertWritable } from './kv-store-context.js';

/** Something to ask of a source. */
interface KvOperation {
  readonly name: string;
  run(store: KvStore, options?: KvRequestOptions): Promise<unknown>;
}

const value = bytesOf('value');
const version = VersionToken.fromRevision(1);

const reads: readonly KvOperation[] = [
  { name: 'get', run: ({ reader }, options) => reader.get('a', options) },
  { name: 'entry', run: ({ reader }, options) => reader.entry('a', options) },
  { name: 'keys', run: ({ reader }, options) => collect(reader.keys('', options)) },
  { name: 'scan', run: ({ reader }, options) => collect(reader.scan('', options)) },
  { name: 'status', run: (store, options) => store.status(options) },
];

/** Every operation that this source has. */
function operationsOf({ writer, purger, watcher, ttl }: KvStore): readonly KvOperation[] {
  const operations = [...reads];
  if (writer) {
    operations.push(
      { name: 'put', run: (_, options) => writer.put('a', value, options) },
      { name: 'create', run: (_, options) => writer.create('new', value, options) },
      { name: 'update', run: (_, options) => writer.update('a', value, version, options) },
      { name: 'delete', run: (_, options) => writer.delete('a', options) },
      { name: 'deleteWithVersion', run: (_, options) => writer.deleteWithVersion('a', version, options) },
    );
  }
  if (purger) operations.push({ name: 'purge', run: (_, options) => purger.purge('a', options) });
  if (watcher)
    operations.push({ name: 'watch', run: (_, options) => collect(watcher.watch(all(), options), 1) });
  if (ttl)
    operations.push({ name: 'putWithTtl', run: (_, options) => ttl.putWithTtl('a', value, 60_000, options) });
  return operations;
}

export const lifecycleCases: readonly KvStoreCase[] = [
  {
    id: 'lifecycle/closed',
    guarantee: 'every operation on a closed source, or one that is closing, rejects with CLOSED',
    async run({ store }) {
      const opened = await store();
      const closing = opened.close();
      for (const operation of operationsOf(opened)) {
        await assertCode(() => operation.run(opened), 'CLOSED', `${operation.name} while closing`);
      }
      await closing;
      for (const operation of operationsOf(opened)) {
        await assertCode(() => operation.run(opened), 'CLOSED', `${operation.name} after close`);
      }
    },
  },
  {
    id: 'lifecycle/close-idempotent',
    guarantee: 'close may be called repeatedly and concurrently, and disposing closes',
    async run({ store }) {
      const opened = await store();
      await Promise.all([opened.close(), opened.close(), opened[Symbol.asyncDispose]()]);
      await opened.close();
      await assertCode(() => opened.reader.get('a'), 'CLOSED', 'get after all that');
      const disposed = await store();
      await disposed[Symbol.asyncDispose]();
      await assertCode(() => disposed.reader.get('a'), 'CLOSED', 'get on a disposed source');
    },
  },
  {
    id: 'lifecycle/abort',
    guarantee: 'a request whose signal has fired rejects with ABORTED',
    async run({ store }) {
      const opened = await store();
      const signal = AbortSignal.abort();
      for (const operation of operationsOf(opened)) {
        await assertCode(
          () => operation.run(opened, { signal }),
          'ABORTED',
          `${operation.name} with an aborted signal`,
        );
      }
    },
  },
  {
    id: 'lifecycle/two-handles',
    guarantee:
      'two handles of a bucket see each other’s writes, share versions and conflicts, and close independently',
    needs: ['write', 'second-handle'],
    async run({ bucket, harness, run }) {
      const created = await bucket();
      const one = assertWritable(created.store);
      const opened = await harness.openHandle?.(created);
      assert.ok(opened);
      const two = assertWritable(run.own(opened));
      const first = await one.writer.put('a', bytesOf('one'));
      assert.equal((await two.reader.get('a'))?.version.toString(), first.toString());
      await two.writer.update('a', bytesOf('two'), first);
      await assertCode(
        () => one.writer.update('a', bytesOf('x'), first),
        'REVISION_MISMATCH',
        'an update behind the other',
      );
      await assertCode(
        () => one.writer.create('a', bytesOf('x')),
        'ALREADY_EXISTS',
        'a create behind the other',
      );
      const contenders = await Promise.allSettled(
        [one, two].map(({ writer }) => writer.create('race', value)),
      );
      assert.equal(contenders.filter(({ status }) => status === 'fulfilled').length, 1, 'creates that won');
      assert.deepEqual(await epochs(one, two), 1);
      await one.close();
      assert.equal(textOf((await two.reader.get('a'))?.value), 'two');
    },
  },
  {
    id: 'lifecycle/watch-across-handles',
    guarantee: 'a watch on one handle sees the writes of another',
    needs: ['watch', 'write', 'second-handle'],
    async run({ bucket, harness, run, watch }) {
      const created = await bucket();
      const opened = await harness.openHandle?.(created);
      assert.ok(opened);
      const two = assertWritable(run.own(opened));
      const probe = watch(created.store, { scope: all() });
      await putEach(two.writer, ['a', 'b']);
      await probe.delivered(2);
      assert.deepEqual(probe.updates.map(({ key }) => key).sort(), ['a', 'b']);
    },
  },
  {
    id: 'lifecycle/silent-peer',
    guarantee: 'every request to a silent server rejects with TIMEOUT, and succeeds once the server is back',
    needs: ['silence', 'request-timeout'],
    deadlineMs: 120_000,
    async run({ bucket, harness }) {
      const created = await bucket({ requestTimeoutMs: 500 });
      const { store } = created;
      await store.status();
      const resume = await harness.silence?.(created);
      assert.ok(resume);
      try {
        const operations = operationsOf(store).filter(({ name }) => name !== 'watch');
        await Promise.all(
          operations.map((operation) =>
            assertCode(
              () => operation.run(store),
              ['TIMEOUT', 'UNAVAILABLE'],
              `${operation.name} to a silent server`,
            ),
          ),
        );
      } finally {
        await resume();
      }
      await eventually(
        () =>
          store.status().then(
            () => true as const,
            () => undefined,
          ),
        {
          what: 'the source to answer again',
          deadlineMs: 30_000,
        },
      );
    },
  },
];

async function epochs(...stores: readonly KvStore[]): Promise<number> {
  return new Set((await Promise.all(stores.map((store) => store.status()))).map(({ epoch }) => epoch)).size;
}
