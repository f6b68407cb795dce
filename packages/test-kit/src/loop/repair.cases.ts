import assert from 'node:assert/strict';
import { all, type KvStore, type KvUpdate, prefix, prefixes, SlipstreamError } from '@slipstream/core';
import { collect, cursorAt, putUpdate, ScriptedSource } from '@slipstream/core/testing';
import { bytesOf, numberedKeys, putEach } from '../kv-store/bucket-content.js';
import { assertWritable } from '../kv-store/kv-store-context.js';
import type { TestBucket } from '../kv-store/kv-store-harness.js';
import { override } from '../mutants/mutant.js';
import { assertCode } from '../suite/assert-code.js';
import { eventually } from '../suite/eventually.js';
import { assertMirrors } from './assert-mirrors.js';
import type { LoopCase } from './loop-case.js';
import type { LoopContext } from './loop-context.js';
import { WatchRecorder } from './watch-recorder.js';

const evictAll = async ({ source }: LoopContext, bucket: TestBucket): Promise<void> => {
  const { lastRevision } = await bucket.store.status();
  await source.harness.evictBefore?.(bucket, lastRevision);
};

const isLive = (store: KvStore, recorder: WatchRecorder): Promise<unknown> =>
  eventually(() => recorder.states.at(-1) === 'live', {
    what: `the watch of ${store.name} to be live again`,
  });

export const repairCases: readonly LoopCase[] = [
  {
    id: 'repair/expired',
    guarantee: 'keys deleted during downtime, beyond retention, leave the fold and reach apply as deletes',
    needs: ['source-write', 'source-evict'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, fold, follow } = context;
      const bucket = await source.bucket();
      const { writer } = assertWritable(bucket.store);
      const store = await fold.open();
      await putEach(writer, ['gone.1', 'gone.2', 'back']);
      const first = follow({ source: bucket.store, store });
      await first.ready;
      await first.stop();
      for (const key of ['gone.1', 'gone.2', 'back']) await writer.delete(key);
      await putEach(writer, numberedKeys('new.', 20));
      await evictAll(context, bucket);
      await putEach(writer, ['back', 'last']);
      const recorder = new WatchRecorder();
      const { observer, apply } = recorder;
      const second = follow({ source: bucket.store, store, observer, apply });
      await second.ready;
      await second.stop();
      await assertMirrors(store, bucket.store);
      const [reconciled] = recorder.of('fold-reconciled');
      assert.deepEqual([...(reconciled?.vanished ?? [])].sort(), ['gone.1', 'gone.2']);
      const deletes = recorder.applied.filter(({ kind }) => kind === 'delete');
      assert.deepEqual(deletes.map(({ key }) => key).sort(), ['gone.1', 'gone.2']);
      assert.ok(
        deletes.every(({ version }) => version.isUnknown),
        'they have no version of their own',
      );
    },
  },
  {
    id: 'repair/markers-gone',
    guarantee: 'a delete whose marker was removed from inside the log is found by comparison',
    needs: ['source-write', 'source-remove-markers'],
    deadlineMs: 60_000,
    async run({ source, fold, follow }) {
      const bucket = await source.bucket();
      const { writer } = assertWritable(bucket.store);
      const store = await fold.open();
      await putEach(writer, ['anchor', 'gone', 'stays']);
      const first = follow({ source: bucket.store, store });
      await first.ready;
      await first.stop();
      await writer.delete('gone');
      await source.harness.removeMarkers?.(bucket);
      await writer.put('stays', bytesOf('new'));
      const second = follow({ source: bucket.store, store });
      await second.ready;
      await second.stop();
      await assertMirrors(store, bucket.store);
    },
  },
  {
    id: 'repair/re-created',
    guarantee: 'a re-created bucket replaces the fold’s content: no stale key survives',
    needs: ['source-write', 'source-recreate'],
    deadlineMs: 60_000,
    async run({ source, fold, follow, run }) {
      const bucket = await source.bucket();
      const store = await fold.open();
      await putEach(assertWritable(bucket.store).writer, [...numberedKeys('old.', 10), 'both']);
      const first = follow({ source: bucket.store, store });
      await first.ready;
      await first.stop();
      const opened = await source.harness.recreate?.(bucket);
      assert.ok(opened);
      const anew = assertWritable(run.own(opened));
      await putEach(anew.writer, [...numberedKeys('new.', 30), 'both']);
      const second = follow({ source: anew, store });
      await second.ready;
      await second.stop();
      await assertMirrors(store, anew);
      assert.equal(store.cursor.epoch, (await anew.status()).epoch);
    },
  },
  {
    id: 'repair/scope',
    guarantee: 'a repair lists the keys of the scope and no others',
    needs: ['source-write', 'source-evict'],
    deadlineMs: 60_000,
    async run(context) {
      const bucket = await context.source.bucket();
      const { writer } = assertWritable(bucket.store);
      for (const scope of [prefix('a.'), prefixes(['a.', 'c.'])]) {
        const store = await context.fold.open();
        await putEach(writer, ['a.1', 'a.2', 'b.1', 'c.1']);
        const first = context.follow({ source: bucket.store, store, scope });
        await first.ready;
        await first.stop();
        await writer.delete('a.1');
        await putEach(writer, numberedKeys('b.more.', 10));
        await evictAll(context, bucket);
        await putEach(writer, ['a.3']);
        const second = context.follow({ source: bucket.store, store, scope });
        await second.ready;
        await second.stop();
        const live = (await collect(bucket.store.reader.keys(''))).filter((key) => scope.includes(key));
        assert.deepEqual(await collect(store.keys('')), live.sort());
      }
    },
  },
  {
    id: 'repair/overrun',
    guarantee:
      'when retention overruns a watch that is slow to apply, the fold still converges with the bucket',
    needs: ['source-write', 'source-evict'],
    deadlineMs: 60_000,
    async run(context) {
      for (const scope of [all(), prefix('k.'), prefixes(['k.', 'l.'])]) {
        const bucket = await context.source.bucket();
        const { writer } = assertWritable(bucket.store);
        await putEach(writer, numberedKeys('k.', 30));
        const store = await context.fold.open();
        const recorder = new WatchRecorder();
        const gate = Promise.withResolvers<void>();
        const entered = Promise.withResolvers<void>();
        let isSlow = false;
        const watch = context.follow({
          source: bucket.store,
          store,
          scope,
          observer: recorder.observer,
          async apply() {
            if (!isSlow) return;
            entered.resolve();
            await gate.promise;
          },
        });
        await watch.ready;
        isSlow = true;
        await writer.put('k.slow', bytesOf('slow'));
        await entered.promise;
        for (const key of numberedKeys('k.', 20)) await writer.delete(key);
        await putEach(writer, numberedKeys('l.', 20));
        await evictAll(context, bucket);
        gate.resolve();
        await watch.waitFor(await writer.put('k.last', bytesOf('last')));
        await isLive(bucket.store, recorder);
        const deleted = numberedKeys('k.', 20);
        const gone = async (): Promise<boolean> =>
          (await store.getMany(deleted)).every((entry) => entry === undefined);
        await eventually(gone, { what: 'the deleted keys to leave the fold' });
        await watch.stop();
        // What was evicted and not deleted may be there still: a source that kept up has lost nothing.
        const held = new Set(await collect(store.keys('')));
        const live = (await collect(bucket.store.reader.keys(''))).filter((key) => scope.includes(key));
        assert.deepEqual(
          live.filter((key) => !held.has(key)),
          [],
          'keys of the bucket that the fold lacks',
        );
      }
    },
  },
  {
    id: 'repair/keep',
    guarantee: 'with onVanished keep, the fold keeps vanished keys, and the observer is told',
    needs: ['source-write', 'source-evict'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, fold, follow } = context;
      const bucket = await source.bucket();
      const { writer } = assertWritable(bucket.store);
      const store = await fold.open();
      await putEach(writer, ['old.1', 'old.2']);
      const first = follow({ source: bucket.store, store });
      await first.ready;
      await first.stop();
      await putEach(writer, numberedKeys('new.', 5));
      await evictAll(context, bucket);
      const recorder = new WatchRecorder();
      const second = follow({ source: bucket.store, store, observer: recorder.observer, onVanished: 'keep' });
      await second.ready;
      await second.stop();
      assert.deepEqual(await collect(store.keys('old.')), ['old.1', 'old.2']);
      const [reconciled] = recorder.of('fold-reconciled');
      assert.deepEqual([...(reconciled?.vanished ?? [])].sort(), ['old.1', 'old.2']);
      assert.equal(reconciled?.kept, true);
    },
  },
  {
    id: 'repair/order',
    guarantee: 'a repair deletes a key before any later put of it, and the old state is served until then',
    async run({ fold, follow }) {
      const { source, store, applied } = await expiredFold(fold.open);
      const recorder = new WatchRecorder();
      const { observer } = recorder;
      const watch = follow({ source, store, observer, apply: (batch) => void applied.push(...batch) });
      const attachment = await source.nextWatch();
      assert.deepEqual(await collect(store.keys('')), ['gone', 'stays'], 'the old state serves');
      attachment.deliver([putUpdate('gone', 60), putUpdate('new', 61)]);
      await watch.ready;
      assert.deepEqual(
        applied.map(({ kind, key }) => `${kind} ${key}`),
        ['delete gone', 'put gone', 'put new'],
      );
      assert.deepEqual(await collect(store.keys('')), ['gone', 'new', 'stays']);
      assert.equal((await store.get('gone'))?.version.revision, 60n);
    },
  },
  {
    id: 'repair/confirms',
    guarantee: 'a live key that a listing skipped is not deleted',
    async run({ fold, follow }) {
      const { source, store, applied } = await expiredFold(fold.open);
      const skipping: KvStore['reader'] = {
        ...source.reader,
        async *keys(start, options) {
          for await (const key of source.reader.keys(start, options)) if (key !== 'stays') yield key;
        },
      };
      const watch = follow({
        source: override<KvStore>(source, { reader: skipping }),
        store,
        apply: (batch) => void applied.push(...batch),
      });
      (await source.nextWatch()).deliver([]);
      await watch.ready;
      assert.deepEqual(
        applied.map(({ key }) => key),
        ['gone'],
      );
      assert.deepEqual(await collect(store.keys('')), ['stays']);
    },
  },
  {
    id: 'repair/failing-listing',
    guarantee: 'a listing that fails permanently ends the watch, and leaves the fold as it was',
    async run({ fold, follow }) {
      const { source, store } = await expiredFold(fold.open);
      source.failNext('keys', new SlipstreamError('UNAUTHORIZED', 'names are not for you'));
      const watch = follow({ source, store });
      (await source.nextWatch()).deliver([putUpdate('new', 60)]);
      await assertCode(() => watch.done, 'UNAUTHORIZED', 'the watch');
      assert.deepEqual(await collect(store.keys('')), ['gone', 'stays']);
      assert.equal(store.cursor.revision, 10n);
    },
  },
];

/** A fold at revision 10, and a source that retains nothing before 50 and knows nothing of the key `gone`. */
async function expiredFold(open: LoopContext['fold']['open']) {
  const source = new ScriptedSource();
  source.fill([putUpdate('stays', 55)]);
  source.extent.firstRevision = 50n;
  const store = await open();
  await store.apply([putUpdate('gone', 3), putUpdate('stays', 4)], cursorAt(10));
  const applied: KvUpdate[] = [];
  return { source, store, applied };
}
