import assert from 'node:assert/strict';
import { type KvStore, prefix, prefixes, type SnapshotStore, type WatchScope } from '@slipstream/core';
import { collect, seededRandom } from '@slipstream/core/testing';
import { bytesOf, numberedKeys, putAll, putEach } from '../kv-store/bucket-content.js';
import { assertMirrors } from './assert-mirrors.js';
import type { LoopCase } from './loop-case.js';
import type { LoopContext } from './loop-context.js';
import { WatchRecorder } from './watch-recorder.js';

const BOOKMARK_DEADLINE_MS = 30_000;

/** Follows until ready and stops; what was delivered on the way. */
async function catchUp(
  { follow }: LoopContext,
  source: KvStore,
  store: SnapshotStore,
  scope?: WatchScope,
): Promise<WatchRecorder> {
  const recorder = new WatchRecorder();
  const { observer, apply } = recorder;
  const watch = follow({ source, store, scope, observer, apply });
  await watch.ready;
  await watch.stop();
  return recorder;
}

export const followCases: readonly LoopCase[] = [
  {
    id: 'follow/converges',
    guarantee: 'the fold follows while writers keep writing, and equals the bucket once they stop',
    needs: ['source-write'],
    deadlineMs: 60_000,
    async run({ source, fold, follow, run }) {
      const random = seededRandom(run.seed);
      const bucket = await source.writable();
      const keys = numberedKeys('k.', 40);
      const store = await fold.open();
      await putAll(bucket.writer, keys);
      const watch = follow({ source: bucket, store, batch: { max: 16 } });
      let last = await bucket.writer.put('k.00000', bytesOf('0'));
      for (let write = 0; write < 300; write++) {
        const key = keys[Math.floor(random() * keys.length)] ?? 'k';
        last =
          random() < 0.3
            ? await bucket.writer.delete(key)
            : await bucket.writer.put(key, bytesOf(String(write)));
      }
      await watch.waitFor(last);
      assert.equal(watch.cursor.revision, last.revision);
      await watch.stop();
      await assertMirrors(store, bucket);
    },
  },
  {
    id: 'follow/empty-bucket',
    guarantee: 'a watch of an empty bucket is ready at once, and follows from there',
    needs: ['source-write'],
    async run({ source, fold, follow }) {
      const bucket = await source.writable();
      const store = await fold.open();
      const watch = follow({ source: bucket, store });
      await watch.ready;
      assert.equal(watch.state.name, 'live');
      await watch.waitFor(await bucket.writer.put('a', bytesOf('1')));
      assert.ok(await store.get('a'), 'read your writes');
    },
  },
  {
    id: 'follow/delta-only',
    guarantee:
      'a restarted watch is delivered exactly what came after the cursor, and nothing at or before it',
    needs: ['durable', 'source-write'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, fold } = context;
      const bucket = await source.writable();
      const place = await fold.location();
      await putAll(bucket.writer, numberedKeys('early.', 500));
      const first = await fold.open(place);
      assert.equal((await catchUp(context, bucket, first)).received, 500);
      const cursor = first.cursor.revision ?? 0n;
      await first.close();
      await putEach(bucket.writer, numberedKeys('late.', 6));
      await bucket.writer.delete('early.00000');
      const second = await fold.open(place);
      const { received, lowestReceived, applied } = await catchUp(context, bucket, second);
      assert.equal(received, 7, 'updates delivered');
      assert.equal(lowestReceived, cursor + 1n, 'the lowest revision delivered');
      assert.equal(applied.length, 7);
      await assertMirrors(second, bucket);
      assert.equal(
        (await catchUp(context, bucket, second)).received,
        0,
        'updates delivered with nothing new',
      );
    },
  },
  {
    id: 'follow/restarts',
    guarantee: 'across many restarts between writes, each update is delivered once',
    needs: ['source-write'],
    deadlineMs: 60_000,
    async run(context) {
      const bucket = await context.source.writable();
      const store = await context.fold.open();
      let delivered = 0;
      for (let round = 0; round < 8; round++) {
        await putEach(bucket.writer, numberedKeys(`round.${round}.`, 5));
        delivered += (await catchUp(context, bucket, store)).received;
      }
      assert.equal(delivered, 40);
      await assertMirrors(store, bucket);
    },
  },
  {
    id: 'follow/scopes',
    guarantee: 'a scope of one or several prefixes folds its keys and no others, also across a restart',
    needs: ['source-write'],
    deadlineMs: 60_000,
    async run(context) {
      const bucket = await context.source.writable();
      await putEach(bucket.writer, ['a.1', 'aa.1', 'b.1', 'c.1', 'token.1']);
      for (const scope of [prefix('a.'), prefixes(['a.', 'c.', 'to'])]) {
        const store = await context.fold.open();
        await catchUp(context, bucket, store, scope);
        await putEach(bucket.writer, ['a.2', 'aa.2', 'c.2']);
        await bucket.writer.delete('a.1');
        await catchUp(context, bucket, store, scope);
        const live = await collect(bucket.reader.keys(''));
        assert.deepEqual(await collect(store.keys('')), live.filter((key) => scope.includes(key)).sort());
        await bucket.writer.put('a.1', bytesOf('back'));
      }
    },
  },
  {
    id: 'follow/interior-gaps',
    guarantee: 'gaps in the revisions, as overwrites leave them, do not end the watch',
    needs: ['source-write'],
    deadlineMs: 60_000,
    async run({ source, fold, follow }) {
      const bucket = await source.writable();
      await putEach(bucket.writer, ['anchor', 'a']);
      const store = await fold.open();
      const recorder = new WatchRecorder();
      const watch = follow({ source: bucket, store, observer: recorder.observer });
      await watch.ready;
      await watch.stop();
      for (let round = 0; round < 30; round++) await putEach(bucket.writer, ['a', `b.${round}`]);
      const again = follow({ source: bucket, store, observer: recorder.observer });
      await again.ready;
      const live = await bucket.writer.put('c', bytesOf('1'));
      await again.waitFor(live);
      assert.equal(recorder.of('session-started').length, 2, 'one session for each watch');
      assert.equal(recorder.states.includes('stale'), false);
      await again.stop();
      await assertMirrors(store, bucket);
    },
  },
  {
    id: 'follow/purges',
    guarantee: 'purged keys leave the fold, live and across a restart',
    needs: ['source-write', 'source-purge'],
    async run(context) {
      const bucket = await context.source.writable();
      await putEach(bucket.writer, ['a', 'b', 'c']);
      const store = await context.fold.open();
      const watch = context.follow({ source: bucket, store });
      await watch.ready;
      const purged = await bucket.purger?.purge('a');
      assert.ok(purged);
      await watch.waitFor(purged);
      assert.equal(await store.get('a'), undefined);
      await watch.stop();
      await bucket.purger?.purge('b');
      await catchUp(context, bucket, store);
      assert.deepEqual(await collect(store.keys('')), ['c']);
    },
  },
  {
    id: 'follow/bookmarks',
    guarantee: 'the cursor of an idle scope follows the log, and the fold stores it',
    needs: ['source-write', 'source-bookmarks'],
    deadlineMs: 60_000,
    async run({ source, fold, follow }) {
      const bucket = await source.writable();
      await putEach(bucket.writer, ['idle.1']);
      const store = await fold.open();
      const watch = follow({ source: bucket, store, scope: prefix('idle.') });
      await watch.ready;
      const [last] = (await putEach(bucket.writer, numberedKeys('busy.', 30))).slice(-1);
      assert.ok(last);
      await watch.waitFor(last, { signal: AbortSignal.timeout(BOOKMARK_DEADLINE_MS) });
      await watch.stop();
      assert.ok((store.cursor.revision ?? 0n) >= (last.revision ?? 0n), 'the stored cursor has moved');
      assert.deepEqual(await collect(store.keys('')), ['idle.1']);
    },
  },
];
