import assert from 'node:assert/strict';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { FoldChild } from '../crash/fold-child.js';
import { assertCode } from '../suite/assert-code.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

export const lockCases: readonly SnapshotStoreCase[] = [
  {
    id: 'lock/second-open',
    guarantee: 'a second open of a fold is refused with LOCKED, and the first keeps working',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      const first = await open(place);
      await first.apply([putUpdate('a', 1)], cursorAt(1));
      for (let attempt = 0; attempt < 2; attempt++) {
        await assertCode(() => open(place), 'LOCKED', 'a second open');
      }
      await first.apply([putUpdate('b', 2)], cursorAt(2));
      await first.close();
      const reopened = await open(place);
      assert.equal(reopened.cursor.revision, 2n);
      assert.equal((await reopened.stats()).entries, 2);
    },
  },
  {
    id: 'lock/concurrent-opens',
    guarantee: 'of several concurrent opens exactly one succeeds',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      const outcomes = await Promise.allSettled([open(place), open(place), open(place)]);
      const opened = outcomes.filter(({ status }) => status === 'fulfilled');
      assert.equal(opened.length, 1, 'opens that succeeded');
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          await assertCode(() => Promise.reject(outcome.reason), 'LOCKED', 'an open that lost');
        }
      }
    },
  },
  {
    id: 'lock/freed-by-close',
    guarantee: 'a closed fold can be opened again at once',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      for (let round = 0; round < 5; round++) {
        const store = await open(place);
        await store.apply([putUpdate('a', round + 1)], cursorAt(round + 1));
        await store.close();
      }
      assert.equal((await open(place)).cursor.revision, 5n);
    },
  },
  {
    id: 'lock/other-process',
    guarantee:
      'a fold that another process has open is refused with LOCKED, and opens once that process is killed',
    needs: ['durable', 'process'],
    deadlineMs: 60_000,
    async run({ open, location, harness, run }) {
      const program = harness.process;
      assert.ok(program);
      const place = await location();
      const task = { path: program.path(place), seed: run.seed, mode: 'hold' } as const;
      const holder = run.own(FoldChild.start(program, task));
      await holder.opened();
      await assertCode(() => open(place), 'LOCKED', 'an open beside another process');
      await holder.kill();
      const store = await open(place);
      const late = run.own(FoldChild.start(program, task));
      await late.ended();
      assert.equal(late.failure, 'LOCKED', 'what the other process was refused with');
      await store.apply([putUpdate('a', 1)], cursorAt(1));
    },
  },
];
