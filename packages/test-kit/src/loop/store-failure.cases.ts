import assert from 'node:assert/strict';
import { SlipstreamError } from '@slipstream/core';
import { collect, putUpdate, settlePromises } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import type { LoopCase } from './loop-case.js';

const MAX_FAILURES = 16;

export const storeFailureCases: readonly LoopCase[] = [
  {
    id: 'store-failure/transient',
    guarantee:
      'a batch that the store refuses is offered again before anything newer: no hole below the cursor',
    async run({ scripted, applied, advanceUntil }) {
      const { attachment, store, watch, clock, recorder } = await scripted();
      attachment.deliver([putUpdate('first', 1)]);
      await applied(watch, 1);
      store.failNext(3);
      attachment.deliver([putUpdate('a', 2)]);
      await settlePromises();
      attachment.deliver([putUpdate('b', 3)]);
      await advanceUntil(clock, 'the store to recover', () => watch.cursor.revision === 3n);
      const offered = store.applies.map(
        ({ updates, committed }) => `${updates.map(({ key }) => key)} ${committed}`,
      );
      assert.deepEqual(offered, ['first true', 'a false', 'a false', 'a false', 'a true', 'b true']);
      assert.deepEqual(
        recorder.cursors.map(({ revision }) => revision),
        [1n, 2n, 3n],
      );
      assert.deepEqual(
        recorder.of('store-retried').map(({ failures }) => failures),
        [1, 2, 3],
      );
      assert.deepEqual(
        recorder.applied.map(({ key }) => key),
        ['first', 'a', 'b'],
        'apply has seen each once',
      );
      assert.deepEqual(await collect(store.keys('')), ['a', 'b', 'first']);
    },
  },
  {
    id: 'store-failure/backs-off',
    guarantee: 'a store that fails is retried after delays that grow, and not earlier',
    async run({ scripted, advanceUntil }) {
      const storeRetry = { initialDelayMs: 1_000, factor: 2, maxDelayMs: 60_000 };
      const { attachment, store, clock } = await scripted({ storeRetry });
      store.failAlways();
      attachment.deliver([putUpdate('a', 1)]);
      const times: number[] = [];
      for (let attempt = 1; attempt <= 4; attempt++) {
        await advanceUntil(clock, `attempt ${attempt}`, () => store.applies.length >= attempt);
        times.push(clock.now());
        assert.equal(store.applies.length, attempt);
        await settlePromises();
      }
      const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      for (const [index, wait] of waits.entries()) {
        const full = 1_000 * 2 ** index;
        assert.ok(wait >= full / 2 && wait <= full, `waited ${waits.join(', ')} ms`);
      }
    },
  },
  {
    id: 'store-failure/for-ever',
    guarantee:
      'after sixteen consecutive failures the watch ends with the store’s error, its cursor at the last commit',
    async run({ scripted, applied, advanceUntil }) {
      const { attachment, store, watch, clock } = await scripted();
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      const error = new SlipstreamError('STORE_FAILED', 'the disk is full');
      store.failAlways(error);
      attachment.deliver([putUpdate('b', 2)]);
      await advanceUntil(clock, 'the watch to give up', () => watch.state.name === 'failed');
      assert.equal(await assertCode(() => watch.done, 'STORE_FAILED', 'the watch'), error);
      assert.equal(store.applies.filter(({ committed }) => committed === false).length, MAX_FAILURES);
      assert.deepEqual([watch.cursor.revision, store.cursor.revision], [1n, 1n]);
      assert.deepEqual(await collect(store.keys('')), ['a'], 'the fold stays readable');
    },
  },
  {
    id: 'store-failure/permanent',
    guarantee: 'an error of the store that cannot be retried ends the watch at once',
    async run({ scripted }) {
      const { attachment, store, watch } = await scripted();
      store.failAlways(new SlipstreamError('LIMIT_EXCEEDED', 'the value is too large for this engine'));
      attachment.deliver([putUpdate('a', 1)]);
      await assertCode(() => watch.done, 'LIMIT_EXCEEDED', 'the watch');
      assert.equal(store.applies.length, 1);
      assert.equal(watch.cursor.isNone, true);
    },
  },
  {
    id: 'store-failure/lost-answer',
    guarantee: 'a commit whose acknowledgement was lost is repeated, with the same result',
    async run({ scripted, advanceUntil }) {
      const { attachment, store, watch, clock } = await scripted();
      store.failNext(1, new SlipstreamError('STORE_FAILED', 'no answer'), 'after-commit');
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)]);
      await advanceUntil(clock, 'the commit to be repeated', () => watch.cursor.revision === 2n);
      assert.deepEqual(
        store.applies.map(({ committed }) => committed),
        [true, true],
      );
      assert.deepEqual(await collect(store.keys('')), ['a', 'b']);
    },
  },
  {
    id: 'store-failure/stop',
    guarantee: 'a stop while a store is being retried makes one last attempt and does not hang',
    async run({ scripted, applied }) {
      const { attachment, store, watch } = await scripted();
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      store.failAlways();
      attachment.deliver([putUpdate('b', 2)]);
      await settlePromises();
      const attempts = store.applies.length;
      await assertCode(() => watch.stop(), 'STORE_FAILED', 'the watch');
      assert.ok(store.applies.length <= attempts + 1, 'at most one more attempt');
      assert.equal(watch.cursor.revision, 1n);
    },
  },
];
