import assert from 'node:assert/strict';
import type { KvEntry, SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { foldOf, numbered } from './fold-of.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';
import type { SnapshotStoreContext } from './snapshot-store-context.js';

/** More than any engine reads at a time. */
const KEYS = numbered(600);

/** Asserts that an iteration sees none of the writes and deletes before and after its position. */
async function assertOneState(
  context: SnapshotStoreContext,
  iterate: (store: SnapshotStore) => AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const store = await foldOf(context, KEYS);
  let revision = 1_000;
  const seen: string[] = [];
  for await (const key of iterate(store)) {
    seen.push(key);
    if (seen.length % 100 !== 1) continue;
    revision += 1;
    const ahead = `k.${String(seen.length + 50).padStart(3, '0')}`;
    const updates = [
      putUpdate(`${key}x`, revision),
      deleteUpdate(ahead, revision),
      putUpdate('k.599', revision),
    ];
    await store.apply(updates, cursorAt(revision));
  }
  assert.deepEqual(seen, KEYS);
  assert.ok((await collect(store.keys('k.'))).includes('k.000x'), 'a new iteration sees the new state');
}

function old({ key, version }: KvEntry): string {
  assert.ok((version.revision ?? 0n) <= 1_000n, `${key} was written after the iteration began`);
  return key;
}

export const iterationCases: readonly SnapshotStoreCase[] = [
  {
    id: 'range/one-state',
    guarantee: 'an iteration sees the state of its first step, whatever is applied meanwhile',
    run: (context) =>
      assertOneState(context, async function* (store) {
        for await (const entry of store.range('k.')) yield old(entry);
      }),
  },
  {
    id: 'range/keys-one-state',
    guarantee: 'an iteration over keys sees the state of its first step, too',
    run: (context) => assertOneState(context, (store) => store.keys('k.')),
  },
  {
    id: 'range/synchronous-one-state',
    guarantee:
      'a synchronous iteration sees the state of its first step, also when applies run between its steps',
    needs: ['synchronous-ranges'],
    run: (context) =>
      assertOneState(context, function* (store) {
        for (const entry of store.sync?.range?.('k.') ?? []) yield old(entry);
      }),
  },
  {
    id: 'range/left-early',
    guarantee: 'iterations left early block nothing: not applies, further ranges or close',
    async run(context) {
      const store = await foldOf(context, numbered(300));
      for (let round = 1; round <= 50; round++) {
        assert.equal((await collect(store.range('k.'), round)).length, round);
        await store.apply([putUpdate('k.000', 1_000 + round)], cursorAt(1_000 + round));
      }
      await store.close();
    },
  },
  {
    id: 'range/side-by-side',
    guarantee: 'several iterations at once do not disturb each other',
    async run(context) {
      const keys = numbered(100);
      const store = await foldOf(context, keys);
      const iterations = Array.from({ length: 8 }, (_, index) =>
        collect(store.keys('k.', { after: `k.${String(index * 10).padStart(3, '0')}` })),
      );
      for (const [index, seen] of (await Promise.all(iterations)).entries()) {
        assert.deepEqual(seen, keys.slice(index * 10 + 1));
      }
    },
  },
];
