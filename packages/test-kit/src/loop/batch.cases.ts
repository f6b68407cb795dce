import assert from 'node:assert/strict';
import { type KvUpdate, VersionToken } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate, ScriptedSource } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import { eventually } from '../suite/eventually.js';
import type { LoopCase } from './loop-case.js';

const inShort = ({ kind, key, version }: KvUpdate): string => `${kind} ${key}@${version.revision}`;

export const batchCases: readonly LoopCase[] = [
  {
    id: 'batch/order',
    guarantee:
      'for each batch, apply returns, then the store commits, then the cursor moves, then onApplied is called',
    async run({ scripted }) {
      const steps: string[] = [];
      const { attachment, store, watch } = await scripted({
        apply: async () => {
          steps.push(`apply begins, store at ${store.cursor.revision}`);
          await Promise.resolve();
          steps.push(`apply ends, store at ${store.cursor.revision}`);
        },
        onApplied: (cursor) => {
          steps.push(
            `onApplied ${cursor.revision}, store at ${store.cursor.revision}, watch at ${watch.cursor.revision}`,
          );
        },
      });
      const held = store.holdNext();
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)]);
      await held.entered;
      steps.push(`commit, watch at ${watch.cursor.revision}`);
      held.release();
      await eventually(() => steps.length === 4, { what: 'the batch to be applied' });
      assert.deepEqual(steps, [
        'apply begins, store at undefined',
        'apply ends, store at undefined',
        'commit, watch at undefined',
        'onApplied 2, store at 2, watch at 2',
      ]);
    },
  },
  {
    id: 'batch/last-per-key',
    guarantee: 'apply sees every update in order; the store gets the last one of each key',
    async run({ scripted, applied }) {
      const { attachment, store, watch, recorder } = await scripted();
      const updates = [
        putUpdate('a', 1),
        putUpdate('b', 2),
        putUpdate('a', 3),
        deleteUpdate('b', 4),
        putUpdate('c', 5),
        putUpdate('a', 6, ''),
      ];
      attachment.deliver(updates.slice(0, 4), { pending: 2 });
      attachment.deliver(updates.slice(4));
      await applied(watch, 6);
      assert.deepEqual(recorder.applied.map(inShort), updates.map(inShort));
      const stored = store.applies.flatMap((apply) => apply.updates).map(inShort);
      assert.deepEqual([...stored].sort(), ['delete b@4', 'put a@6', 'put c@5']);
      assert.deepEqual(await collect(store.keys('')), ['a', 'c']);
      assert.deepEqual(
        recorder.of('batch-applied').map(({ updates: count, stored: kept }) => [count, kept]),
        [[6, 3]],
      );
    },
  },
  {
    id: 'batch/parse',
    guarantee:
      'apply gets what parse returned; updates that parse leaves out still reach the store and move the cursor',
    async run({ follow, fold, applied }) {
      const source = new ScriptedSource();
      const store = await fold.open();
      const parsed: string[] = [];
      const watch = follow<string>({
        source,
        store,
        parse: ({ key }) => (key.startsWith('skip') ? undefined : key.toUpperCase()),
        apply: (batch) => void parsed.push(...batch),
      });
      const attachment = await source.nextWatch();
      attachment.deliver([putUpdate('a', 1), putUpdate('skip.b', 2)]);
      await applied(watch, 2);
      attachment.deliver([putUpdate('skip.c', 3)]);
      await applied(watch, 3);
      assert.deepEqual(parsed, ['A']);
      assert.deepEqual(await collect(store.keys('')), ['a', 'skip.b', 'skip.c']);
      assert.equal(store.cursor.revision, 3n);
    },
  },
  {
    id: 'batch/caller-throws',
    guarantee: 'an error thrown by parse or apply ends the watch and leaves cursor and fold as they were',
    async run({ scripted, applied }) {
      const fail = (batchOrUpdate: KvUpdate | readonly KvUpdate[]): undefined => {
        const updates = 'key' in batchOrUpdate ? [batchOrUpdate] : batchOrUpdate;
        if (updates.some(({ key }) => key === 'bad')) throw new Error('the caller is unhappy');
        return undefined;
      };
      const failLater = async (batch: readonly KvUpdate[]): Promise<void> => fail(batch);
      for (const options of [{ apply: fail }, { apply: failLater }, { parse: fail }]) {
        const { attachment, store, watch } = await scripted(options);
        attachment.deliver([putUpdate('good', 1)]);
        await applied(watch, 1);
        attachment.deliver([putUpdate('a', 2), putUpdate('bad', 3)]);
        const error = await assertCode(() => watch.done, 'APPLY_FAILED', 'the watch');
        assert.match(error.message, /the caller is unhappy/);
        assert.equal(watch.state.name, 'failed');
        assert.deepEqual([watch.cursor.revision, store.cursor.revision], [1n, 1n]);
        assert.deepEqual(await collect(store.keys('')), ['good']);
        assert.equal(attachment.isReleased, true);
      }
    },
  },
  {
    id: 'batch/unknown-versions',
    guarantee: 'an update of unknown version is applied and stored, and does not move the cursor',
    async run({ scripted, applied }) {
      const { attachment, store, watch, recorder } = await scripted();
      attachment.deliver([putUpdate('a', 1), putUpdate('b', 2)]);
      await applied(watch, 2);
      const vanished: KvUpdate = { ...deleteUpdate('a', 1), version: VersionToken.unknown };
      attachment.deliver([vanished]);
      await eventually(() => recorder.batches.length === 2 && store.applies.at(-1)?.committed, {
        what: 'the update to be applied',
      });
      assert.equal(String(watch.cursor), String(cursorAt(2)));
      assert.equal(String(store.cursor), String(cursorAt(2)));
      assert.deepEqual(await collect(store.keys('')), ['b']);
      attachment.deliver([putUpdate('c', 3)]);
      await applied(watch, 3);
    },
  },
  {
    id: 'batch/bookmark',
    guarantee: 'a chunk without updates moves the cursor, also in the store, and does not call apply',
    async run({ scripted, applied }) {
      const { attachment, store, watch, recorder } = await scripted();
      attachment.deliver([putUpdate('a', 1)]);
      await applied(watch, 1);
      attachment.deliver([], { cursor: cursorAt(90) });
      await applied(watch, 90);
      assert.equal(store.cursor.revision, 90n);
      assert.equal(recorder.batches.length, 1);
      assert.deepEqual(
        recorder.cursors.map(({ revision }) => revision),
        [1n, 90n],
      );
    },
  },
];
