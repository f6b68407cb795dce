import assert from 'node:assert/strict';
import { SlipstreamError } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { assertCode } from '../suite/assert-code.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';
import { storeOperations } from './store-operations.js';

const someUpdates = (count: number) =>
  Array.from({ length: count }, (_, index) => putUpdate(`k.${String(index).padStart(5, '0')}`, index + 1));

export const lifetimeCases: readonly SnapshotStoreCase[] = [
  {
    id: 'lifetime/open',
    guarantee: 'every operation works on an open fold',
    async run({ open }) {
      const store = await open();
      for (const operation of storeOperations) if (operation.isOffered(store)) await operation.run(store);
    },
  },
  {
    id: 'lifetime/closing',
    guarantee: 'every operation called after close rejects with CLOSED, also while the close is running',
    async run({ open }) {
      for (const operation of storeOperations) {
        const store = await open();
        await store.apply(someUpdates(100), cursorAt(100));
        const closing = store.close();
        if (operation.isOffered(store)) {
          await assertCode(() => operation.run(store), 'CLOSED', `${operation.name} while closing`);
        }
        await closing;
      }
    },
  },
  {
    id: 'lifetime/closed',
    guarantee: 'every operation on a closed fold rejects with CLOSED',
    async run({ open }) {
      const store = await open();
      await store.close();
      for (const operation of storeOperations) {
        if (!operation.isOffered(store)) continue;
        await assertCode(() => operation.run(store), 'CLOSED', `${operation.name} on a closed fold`);
      }
    },
  },
  {
    id: 'lifetime/reopened',
    guarantee: 'every operation works on a reopened fold',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      await (await open(place)).close();
      const store = await open(place);
      for (const operation of storeOperations) if (operation.isOffered(store)) await operation.run(store);
    },
  },
  {
    id: 'lifetime/close-idempotent',
    guarantee: 'close may be called repeatedly and concurrently, and disposing closes',
    async run({ open }) {
      const store = await open();
      await Promise.all([store.close(), store.close(), store[Symbol.asyncDispose]()]);
      await store.close();
      await store[Symbol.asyncDispose]();
      await assertCode(() => store.get('a'), 'CLOSED', 'get after all that');
      const other = await open();
      await other[Symbol.asyncDispose]();
      await assertCode(() => other.get('a'), 'CLOSED', 'get on a disposed fold');
    },
  },
  {
    id: 'lifetime/close-during-apply',
    guarantee: 'an apply in flight at close is either complete and acknowledged, or rejected',
    async run({ open, location, harness }) {
      const place = await location();
      const store = await open(place);
      await store.apply([putUpdate('first', 1)], cursorAt(1));
      const applies = [
        store.apply(someUpdates(2_000), cursorAt(2_000)),
        store.apply([putUpdate('last', 2_001)], cursorAt(2_001)),
      ];
      const closing = store.close();
      const outcomes = await Promise.allSettled(applies);
      await closing;
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue;
        assert.ok(SlipstreamError.is(outcome.reason, 'CLOSED'), `not CLOSED: ${outcome.reason}`);
      }
      if (!harness.capabilities.durable) return;
      const reopened = await open(place);
      const kept = outcomes.filter(({ status }) => status === 'fulfilled').length;
      const expected = [1, 2_001, 2_002][kept];
      assert.equal((await reopened.stats()).entries, expected, `entries after ${kept} acknowledged applies`);
    },
  },
  {
    id: 'lifetime/close-during-range',
    guarantee: 'close does not wait for an abandoned iteration, whose next step rejects with CLOSED',
    async run({ open }) {
      const store = await open();
      await store.apply(someUpdates(2_000), cursorAt(2_000));
      const standing = store.range('')[Symbol.asyncIterator]();
      await standing.next();
      await store.close();
      await assertCode(() => standing.next(), 'CLOSED', 'going on with an iteration');
    },
  },
  {
    id: 'lifetime/close-during-sync-range',
    guarantee: 'a synchronous iteration throws CLOSED once its fold is closed',
    needs: ['synchronous-ranges'],
    async run({ open }) {
      const store = await open();
      await store.apply(someUpdates(2_000), cursorAt(2_000));
      const standing = store.sync?.range?.('')[Symbol.iterator]();
      assert.equal(standing?.next().done, false);
      await store.close();
      await assertCode(() => standing?.next(), 'CLOSED', 'going on with an iteration');
    },
  },
  {
    id: 'lifetime/iteration-left-at-birth',
    guarantee: 'an iterable that was never iterated does not keep a fold open',
    async run({ open }) {
      const store = await open();
      await store.apply(someUpdates(10), cursorAt(10));
      const unused = store.range('');
      await store.close();
      await assertCode(() => collect(unused), 'CLOSED', 'beginning an iteration after close');
    },
  },
];
