import assert from 'node:assert/strict';
import { putUpdate, settlePromises } from '@slipstream/core/testing';
import type { LoopCase } from './loop-case.js';

const MANY_PENDING = { pending: 1_000_000 };

export const flushCases: readonly LoopCase[] = [
  {
    id: 'flush/caught-up',
    guarantee: 'when the source has nothing more, what has arrived is applied without waiting',
    async run({ scripted, applied }) {
      const { attachment, watch, clock } = await scripted({ batch: { windowMs: 60_000 } });
      const start = clock.now();
      attachment.deliver([putUpdate('a', 1)], MANY_PENDING);
      attachment.deliver([putUpdate('b', 2)]);
      await applied(watch, 2);
      assert.equal(clock.now(), start, 'no time has passed');
    },
  },
  {
    id: 'flush/window',
    guarantee: 'while more is pending, a batch waits for it, but no longer than its window',
    async run({ scripted, applied }) {
      const { attachment, watch, clock, recorder } = await scripted({ batch: { windowMs: 200 } });
      attachment.deliver([putUpdate('first', 1)]);
      await watch.ready;
      attachment.deliver([putUpdate('a', 2)], { pending: undefined });
      await settlePromises();
      await clock.advance(150);
      attachment.deliver([putUpdate('b', 3)], { pending: undefined });
      await settlePromises();
      assert.equal(watch.cursor.revision, 1n, 'the window is open');
      await clock.advance(49);
      assert.equal(watch.cursor.revision, 1n, 'the window is still open');
      await clock.advance(1);
      await applied(watch, 3);
      assert.deepEqual(
        recorder.batches.map((batch) => batch.length),
        [1, 2],
      );
    },
  },
  {
    id: 'flush/max',
    guarantee: 'a batch that has reached its maximum is applied without waiting',
    async run({ scripted, applied }) {
      const batch = { windowMs: 60_000, max: 3, catchUpMax: 3 };
      const { attachment, watch, recorder } = await scripted({ batch });
      for (let revision = 1; revision <= 7; revision++)
        attachment.deliver([putUpdate('a', revision)], MANY_PENDING);
      await applied(watch, 6);
      assert.deepEqual(
        recorder.batches.map((each) => each.length),
        [3, 3],
      );
    },
  },
  {
    id: 'flush/bytes',
    guarantee: 'a batch that has reached its size in bytes is applied without waiting, whatever its count',
    async run({ scripted, applied }) {
      const { attachment, watch } = await scripted({ batch: { windowMs: 60_000, maxBytes: 10_000 } });
      attachment.deliver([putUpdate('a', 1, new Uint8Array(6_000))], MANY_PENDING);
      attachment.deliver([putUpdate('b', 2, new Uint8Array(6_000))], MANY_PENDING);
      await applied(watch, 2);
    },
  },
  {
    id: 'flush/stop',
    guarantee: 'a stop applies what has arrived, ends the attachment, and resolves to the final cursor',
    async run({ scripted }) {
      const { attachment, watch, store, recorder } = await scripted({ batch: { windowMs: 60_000 } });
      attachment.deliver([putUpdate('a', 1)], MANY_PENDING);
      attachment.deliver([putUpdate('b', 2)], MANY_PENDING);
      await settlePromises();
      const cursor = await watch.stop();
      assert.equal(cursor.revision, 2n);
      assert.equal(store.cursor.revision, 2n);
      assert.equal(recorder.applied.length, 2);
      assert.equal(watch.state.name, 'stopped');
      assert.equal(attachment.isReleased, true);
      assert.equal(await watch.stop(), cursor);
      assert.equal(await watch.done, cursor);
    },
  },
  {
    id: 'flush/end-of-stream',
    guarantee: 'when the source ends or breaks, what has arrived is applied before the loop re-attaches',
    async run({ scripted, advanceUntil }) {
      const { attachment, watch, source, clock } = await scripted({ batch: { windowMs: 60_000 } });
      attachment.deliver([putUpdate('a', 1)], MANY_PENDING);
      attachment.end();
      await advanceUntil(clock, 'the second attachment', () => source.watches.length === 2);
      assert.equal(watch.cursor.revision, 1n);
      assert.equal(source.watches[1]?.resume?.revision, 1n);
    },
  },
];
