import assert from 'node:assert/strict';
import { collect, putUpdate, settlePromises } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import type { LoopCase } from './loop-case.js';

export const betweenCases: readonly LoopCase[] = [
  {
    id: 'between/at-the-cursor',
    guarantee:
      'between runs after everything received is applied, with the fold exactly at the applied cursor',
    async run({ scripted }) {
      const { attachment, watch } = await scripted({ batch: { windowMs: 60_000 } });
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)], { pending: 9 });
      await settlePromises();
      assert.equal(watch.cursor.isNone, true, 'the batch waits for company');
      const seen = await watch.between(async (store) => ({
        fold: store?.cursor.revision,
        watch: watch.cursor.revision,
        keys: await collect(store?.keys('') ?? []),
      }));
      assert.deepEqual(seen, { fold: 2n, watch: 2n, keys: ['a', 'b'] });
    },
  },
  {
    id: 'between/at-rest',
    guarantee: 'nothing is applied while between runs; what arrives meanwhile is applied afterwards',
    async run({ scripted, applied }) {
      const { attachment, watch, store, recorder } = await scripted();
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      await watch.between(async () => {
        attachment.deliver([putUpdate('b', 2)]);
        await settlePromises();
        assert.equal(store.applies.length, 1, 'the store was not touched');
        assert.equal(recorder.batches.length, 1, 'apply was not called');
      });
      await applied(watch, 2);
    },
  },
  {
    id: 'between/throws',
    guarantee: 'an error thrown by between’s function reaches its caller and does not affect the watch',
    async run({ scripted, applied }) {
      const { attachment, watch } = await scripted();
      const failure = new Error('the export failed');
      await assert.rejects(
        watch.between(() => {
          throw failure;
        }),
        (error) => error === failure,
      );
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
    },
  },
  {
    id: 'between/cut-off',
    guarantee: 'between works while the watch is disconnected from its source',
    async run({ scripted, applied, advanceUntil }) {
      const { attachment, source, watch, clock } = await scripted();
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      attachment.end();
      await advanceUntil(
        clock,
        'the watch to notice',
        () => watch.state.name === 'stale' || source.watches.length > 1,
      );
      assert.equal(await watch.between((store) => store?.cursor.revision), 1n);
    },
  },
  {
    id: 'between/ended',
    guarantee: 'between rejects once the watch has ended',
    async run({ scripted }) {
      const { watch } = await scripted();
      await watch.stop();
      await assertCode(() => watch.between(() => undefined), 'CLOSED', 'between after a stop');
    },
  },
];
