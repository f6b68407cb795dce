import assert from 'node:assert/strict';
import { prefixes, SlipstreamError } from '@slipstream/core';
import { cursorAt, putUpdate, ScriptedSource, settlePromises } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import type { LoopCase } from './loop-case.js';

export const reattachCases: readonly LoopCase[] = [
  {
    id: 'reattach/from-the-applied-cursor',
    guarantee: 'a watch whose source breaks re-attaches at the applied cursor, and ready resolves only once',
    async run({ scripted, applied, advanceUntil }) {
      const { attachment, source, watch, clock, recorder, store } = await scripted();
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)]);
      await watch.ready;
      attachment.fail(new SlipstreamError('WATCH_FAILED', 'heartbeats are missing'));
      await advanceUntil(clock, 'the second attachment', () => source.watches.length === 2);
      const second = source.watches[1];
      assert.equal(String(second?.resume), String(cursorAt(2)));
      second?.deliver([putUpdate('c', 3)]);
      await applied(watch, 3);
      assert.deepEqual(recorder.states, ['catching-up', 'live', 'stale', 'live']);
      assert.deepEqual(
        recorder.applied.map(({ key }) => key),
        ['a', 'b', 'c'],
      );
      assert.equal(store.cursor.revision, 3n);
      assert.equal(source.openWatches, 1);
      const [ended] = recorder.of('session-ended');
      assert.deepEqual([ended?.received, ended?.error?.code], [2, 'WATCH_FAILED']);
    },
  },
  {
    id: 'reattach/backs-off',
    guarantee: 'failed attempts are repeated after growing delays, up to a cap; a delivery resets them',
    async run({ scripted, applied, advanceUntil }) {
      const reattach = { initialDelayMs: 1_000, factor: 2, maxDelayMs: 8_000 };
      const { attachment, source, watch, clock } = await scripted({ reattach });
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      const unavailable = new SlipstreamError('UNAVAILABLE', 'nobody listens');
      const attempts = (): number => source.requests.filter(({ operation }) => operation === 'watch').length;
      for (let failure = 0; failure < 6; failure++) source.failNext('watch', unavailable);
      attachment.fail(unavailable);
      const waits: number[] = [];
      for (let attempt = 2; attempt <= 8; attempt++) {
        const before = clock.now();
        await advanceUntil(clock, `attempt ${attempt}`, () => attempts() >= attempt);
        waits.push(clock.now() - before);
      }
      for (const [index, wait] of waits.entries()) {
        const full = Math.min(8_000, 1_000 * 2 ** index);
        assert.ok(wait >= full / 2 && wait <= full, `waits of ${waits.join(', ')} ms`);
      }
      source.watches.at(-1)?.deliver([putUpdate('b', 2)]);
      await applied(watch, 2);
      source.watches.at(-1)?.fail(unavailable);
      const before = clock.now();
      await advanceUntil(clock, 'the next attachment', () => attempts() >= 9);
      assert.ok(clock.now() - before <= 1_000, 'the wait has begun afresh');
    },
  },
  {
    id: 'reattach/permanent',
    guarantee: 'an error of the source that cannot be retried ends the watch with it',
    async run({ scripted, applied }) {
      for (const code of ['UNAUTHORIZED', 'NOT_FOUND', 'UNSUPPORTED'] as const) {
        const { attachment, watch, source } = await scripted({ missingSourceMs: 0 });
        attachment.deliver([putUpdate('a', 1)]);
        await applied(watch, 1);
        attachment.fail(new SlipstreamError(code, 'for good'));
        await assertCode(() => watch.done, code, 'the watch');
        assert.equal(watch.state.name, 'failed');
        assert.equal(watch.state.cause?.code, code);
        assert.equal(source.watches.length, 1);
      }
    },
  },
  {
    id: 'reattach/reopened',
    guarantee:
      'a source given as a function is opened until that succeeds, reopened when it was closed, and closed at the end',
    async run({ follow, fold, applied, advanceUntil, scripted }) {
      const { clock } = await scripted();
      const sources: ScriptedSource[] = [];
      let failures = 2;
      const watch = follow({
        source: async () => {
          failures -= 1;
          if (failures >= 0) throw new SlipstreamError('UNAVAILABLE', 'not yet');
          const source = new ScriptedSource();
          source.extent.lastRevision = 1n;
          sources.push(source);
          return source;
        },
        store: await fold.open(),
        clock,
      });
      await advanceUntil(clock, 'the source to be opened', () => sources[0]?.watches.length === 1);
      sources[0]?.watches[0]?.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      await sources[0]?.close();
      await advanceUntil(clock, 'another source to be opened', () => sources[1]?.watches.length === 1);
      assert.equal(sources[1]?.watches[0]?.resume?.revision, 1n);
      await watch.stop();
      const [, second] = sources;
      await assertCode(async () => second?.reader.get('a'), 'CLOSED', 'the source that the watch had opened');
    },
  },
  {
    id: 'reattach/borrowed',
    guarantee: 'a source and a fold that were passed open stay open when the watch stops',
    async run({ scripted }) {
      const { watch, source, store } = await scripted();
      await watch.stop();
      assert.equal(await source.reader.get('a'), undefined);
      assert.equal(await store.get('a'), undefined);
    },
  },
  {
    id: 'reattach/stop-while-cut-off',
    guarantee: 'a stop at once ends a watch that waits to re-attach, or whose source is silent',
    async run({ scripted, applied }) {
      const waiting = await scripted({ reattach: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
      waiting.attachment.deliver([putUpdate('a', 1)]);
      await applied(waiting.watch, 1);
      waiting.attachment.fail(new SlipstreamError('WATCH_FAILED', 'cut'));
      await settlePromises();
      assert.equal((await waiting.watch.stop()).revision, 1n);
      assert.equal(waiting.source.watches.length, 1);
      const silent = await scripted();
      assert.equal((await silent.watch.stop()).isNone, true);
      assert.equal(silent.attachment.isReleased, true);
    },
  },
  {
    id: 'reattach/signal',
    guarantee: 'the signal stops a watch as stop does',
    async run({ scripted }) {
      const controller = new AbortController();
      const { attachment, watch } = await scripted({
        signal: controller.signal,
        batch: { windowMs: 60_000 },
      });
      attachment.deliver([putUpdate('a', 1)], { pending: 4 });
      await settlePromises();
      controller.abort();
      assert.equal((await watch.done).revision, 1n);
      assert.equal(watch.state.name, 'stopped');
    },
  },
  {
    id: 'reattach/one-attachment',
    guarantee: 'a scope of several prefixes is one attachment to the source',
    async run({ scripted }) {
      const scope = prefixes(['a.', 'b.', 'c.']);
      const { attachment, source, watch } = await scripted({ scope });
      attachment.deliver([]);
      await watch.ready;
      assert.equal(source.watches.length, 1);
      assert.equal(String(attachment.scope), String(scope));
    },
  },
];
