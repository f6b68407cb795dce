import assert from 'node:assert/strict';
import { VersionToken } from '@slipstream/core';
import { cursorAt, putUpdate, settlePromises } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import type { LoopCase } from './loop-case.js';

/** Whether a promise has settled by now. */
function settled(promise: Promise<unknown>): { readonly yet: boolean } {
  const state = { yet: false };
  const settle = (): void => {
    state.yet = true;
  };
  promise.then(settle, settle);
  return state;
}

export const readyCases: readonly LoopCase[] = [
  {
    id: 'ready/empty-scope',
    guarantee: 'a watch of an empty scope is ready as soon as the source reports that nothing is pending',
    async run({ scripted }) {
      const { attachment, watch } = await scripted();
      const ready = settled(watch.ready);
      await settlePromises();
      assert.equal(ready.yet, false, 'an attachment alone proves nothing');
      attachment.deliver([]);
      await watch.ready;
      assert.equal(watch.state.name, 'live');
      assert.equal(watch.lag, 0);
    },
  },
  {
    id: 'ready/head-applied',
    guarantee:
      'a watch is ready once everything the source had at the start is applied and committed, and not before',
    async run({ scripted }) {
      const { attachment, watch, store, recorder } = await scripted();
      const ready = settled(watch.ready);
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)], { pending: 1 });
      await settlePromises();
      assert.equal(ready.yet, false, 'one update is pending');
      assert.equal(watch.state.name, 'catching-up');
      const held = store.holdNext();
      attachment.deliver([putUpdate('c', 3)]);
      await held.entered;
      await settlePromises();
      assert.equal(ready.yet, false, 'nothing is committed');
      held.release();
      await watch.ready;
      assert.equal(store.cursor.revision, 3n);
      assert.deepEqual(recorder.states, ['catching-up', 'live']);
    },
  },
  {
    id: 'ready/vanished-keys',
    guarantee: 'keys that vanish before they are delivered do not keep a watch from being ready',
    async run({ scripted }) {
      const { attachment, watch } = await scripted();
      attachment.deliver([putUpdate('a', 1)], { pending: 5 });
      attachment.deliver([], { cursor: cursorAt(9), pending: 0 });
      await watch.ready;
      assert.equal(watch.cursor.revision, 9n);
    },
  },
  {
    id: 'ready/under-writes',
    guarantee: 'a source that is written faster than it is read does not keep a watch from being ready',
    async run({ scripted }) {
      const { attachment, watch } = await scripted({ batch: { max: 1, catchUpMax: 1 } });
      for (let revision = 1; revision <= 4; revision++) {
        attachment.deliver([putUpdate(`k.${revision}`, revision)], { pending: 3 });
      }
      await watch.ready;
      assert.equal(watch.cursor.revision, 4n);
    },
  },
  {
    id: 'ready/ended-before',
    guarantee: 'ready rejects when the watch ends first: with its error, or with CLOSED after a stop',
    async run({ scripted }) {
      const failing = await scripted({
        apply: () => {
          throw new Error('no');
        },
      });
      failing.attachment.deliver([putUpdate('a', 1)], { pending: 3 });
      failing.attachment.deliver([putUpdate('b', 2)]);
      await assertCode(() => failing.watch.ready, 'APPLY_FAILED', 'ready of a watch that failed');
      const stopped = await scripted();
      await stopped.watch.stop();
      await assertCode(() => stopped.watch.ready, 'CLOSED', 'ready of a watch that was stopped');
    },
  },
  {
    id: 'ready/lag',
    guarantee: 'lag counts what the source has and the fold does not, and is unknown while disconnected',
    async run({ scripted, advanceUntil }) {
      const { attachment, source, watch, clock } = await scripted({ batch: { windowMs: 60_000 } });
      assert.equal(watch.lag, undefined);
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)], { pending: 5 });
      await settlePromises();
      assert.equal(watch.lag, 7);
      attachment.end();
      await advanceUntil(clock, 'the second attachment', () => source.watches.length === 2);
      assert.equal(watch.lag, undefined);
      source.watches[1]?.deliver([]);
      await advanceUntil(clock, 'the watch to catch up', () => watch.lag === 0);
    },
  },
  {
    id: 'wait/applied',
    guarantee: 'waitFor resolves when its version is applied and committed, at once when it already was',
    async run({ scripted }) {
      const { attachment, watch, store } = await scripted();
      const waiting = watch.waitFor(VersionToken.fromRevision(2));
      const done = settled(waiting);
      attachment.deliver([putUpdate('a', 1)]);
      await settlePromises();
      assert.equal(done.yet, false, 'revision 1 is not revision 2');
      const held = store.holdNext();
      attachment.deliver([putUpdate('b', 2)]);
      await held.entered;
      await settlePromises();
      assert.equal(done.yet, false, 'nothing is committed');
      held.release();
      await waiting;
      assert.equal((await store.get('b'))?.version.revision, 2n);
      await watch.waitFor(VersionToken.fromRevision(1));
    },
  },
  {
    id: 'wait/out-of-scope',
    guarantee:
      'waitFor resolves for a version outside the scope once a later update or a bookmark is applied',
    async run({ scripted }) {
      const { attachment, watch } = await scripted();
      const waiting = watch.waitFor(VersionToken.fromRevision(5));
      attachment.deliver([putUpdate('a', 1)]);
      attachment.deliver([], { cursor: cursorAt(7) });
      await waiting;
    },
  },
  {
    id: 'wait/ends',
    guarantee:
      'waitFor rejects with ABORTED, with CLOSED at a stop, and refuses a version that is not a revision',
    async run({ scripted }) {
      const { watch } = await scripted();
      const version = VersionToken.fromRevision(9);
      const controller = new AbortController();
      const aborted = watch.waitFor(version, { signal: controller.signal });
      controller.abort();
      await assertCode(() => aborted, 'ABORTED', 'a wait that was aborted');
      const opaque = VersionToken.fromBytes(new Uint8Array([1, 2, 3]));
      await assertCode(() => watch.waitFor(opaque), 'UNSUPPORTED', 'a wait for an opaque version');
      const waiting = watch.waitFor(version);
      const rejected = assertCode(() => waiting, 'CLOSED', 'a wait at a stop');
      await watch.stop();
      await rejected;
      await assertCode(() => watch.waitFor(version), 'CLOSED', 'a wait after a stop');
    },
  },
];
