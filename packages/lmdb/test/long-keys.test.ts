import { compareKeys, type KvUpdate, type SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import fc from 'fast-check';
import { open as openEngine } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LmdbSnapshotStore } from '../src/index.js';
import { SLICE_BYTES } from '../src/keyspace/key-layout.js';

const RUNS = Number(process.env['SLIPSTREAM_PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['SLIPSTREAM_SEED'] ?? 1);

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Around the ends of slices, from few letters, so that keys share slices and differ after them. */
const stem = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -3, max: 2 }), fc.constantFrom('a', 'é', '😀'))
  .map(([slices, around, letter]) => {
    const bytes = Math.max(0, slices * SLICE_BYTES + around);
    const count = Math.floor(bytes / Buffer.byteLength(letter));
    return letter.repeat(count) + '.'.repeat(bytes - count * Buffer.byteLength(letter));
  });
const end = fc
  .array(fc.constantFrom('a', '.', '\u0000', '\u0001', 'é', '\uffff', '😀'), { maxLength: 3 })
  .map((letters) => letters.join(''));
const text = fc.tuple(stem, end).map((parts) => parts.join(''));
const key = text.filter((each) => each !== '');
const commit = fc.array(fc.record({ key, isPut: fc.boolean() }), { maxLength: 12 });
const question = fc.record({ prefix: text, after: fc.option(text, { nil: undefined }) });

describe('keys of any length', () => {
  test('are read like an ordered map of them, whatever was written and removed before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(commit, { maxLength: 6 }),
        fc.array(question, { minLength: 1, maxLength: 8 }),
        async (commits, questions) => {
          await using place = await temporaryDirectory();
          await using store = await LmdbSnapshotStore.open(place);
          const model = await applyAll(store, commits);
          for (const { prefix, after } of [{ prefix: '', after: undefined }, ...questions]) {
            const expected = [...model.keys()]
              .filter(
                (each) => each.startsWith(prefix) && (after === undefined || compareKeys(each, after) > 0),
              )
              .sort(compareKeys);
            expect(await collect(store.keys(prefix, { after }))).toEqual(expected);
            const ranged = await collect(store.range(prefix, { after }));
            expect(ranged.map((entry) => [entry.key, Number(entry.version.revision)])).toEqual(
              expected.map((each) => [each, model.get(each)]),
            );
          }
          for (const [each, revision] of model) {
            expect((await store.get(each))?.version.revision).toBe(BigInt(revision));
          }
          expect(await store.stats()).toMatchObject({ entries: model.size });
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, 300_000);

  test('leave nothing behind when they are removed', async () => {
    const store = await LmdbSnapshotStore.open(directory);
    const long = [1, 2, 5, 30].map((slices) => 'k'.repeat(slices * SLICE_BYTES + 7));
    const keys = long.flatMap((each) => [each, `${each}a`, `${each}b`]);
    await store.apply(
      keys.map((each, index) => putUpdate(each, index + 1)),
      cursorAt(100),
    );
    await store.apply(
      keys.slice(0, 6).map((each, index) => deleteUpdate(each, 101 + index)),
      cursorAt(200),
    );
    expect(await collect(store.keys(''))).toEqual(keys.slice(6).sort(compareKeys));
    await store.apply(
      keys.slice(6).map((each, index) => deleteUpdate(each, 201 + index)),
      cursorAt(300),
    );
    expect(await collect(store.keys(''))).toEqual([]);
    await store.close();
    const engine = openEngine(`${directory.path}/fold.mdb`, {
      encoding: 'binary',
      keyEncoding: 'binary',
      noSubdir: true,
    });
    expect(engine.getCount({ start: Buffer.of(0) })).toBe(1);
    await engine.close();
  });

  test('share layers with thousands of others, in order, page by page', async () => {
    await using store = await LmdbSnapshotStore.open(directory);
    const shared = 'token.'.repeat(400);
    const keys = Array.from(
      { length: 3_000 },
      (_, index) => `${shared}${String((index * 7919) % 3_000).padStart(4, '0')}`,
    );
    await store.apply(
      keys.map((each, index) => putUpdate(each, index + 1)),
      cursorAt(3_000),
    );
    const paged: string[] = [];
    for (let after: string | undefined; ; after = paged.at(-1)) {
      const page = await collect(store.keys('token.', { after, limit: 250 }));
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual([...keys].sort());
  });

  test('longer than 65,535 bytes are refused, and nothing of their batch is written', async () => {
    await using store = await LmdbSnapshotStore.open(directory);
    const batch = [putUpdate('a', 1), putUpdate('é'.repeat(32_768), 2)];
    await expect(store.apply(batch, cursorAt(2))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await store.stats()).toMatchObject({ entries: 0 });
    const longest = 'é'.repeat(32_767);
    await store.apply([putUpdate(longest, 3, 'here')], cursorAt(3));
    expect(Buffer.from((await store.get(longest))?.value ?? []).toString()).toBe('here');
  });
});

/** Applies the commits; returns what should be there, with revisions. */
async function applyAll(
  store: SnapshotStore,
  commits: readonly (readonly { readonly key: string; readonly isPut: boolean }[])[],
): Promise<Map<string, number>> {
  const model = new Map<string, number>();
  let revision = 0;
  for (const changes of commits) {
    const updates: KvUpdate[] = [];
    for (const { key: each, isPut } of changes) {
      revision += 1;
      updates.push(isPut ? putUpdate(each, revision) : deleteUpdate(each, revision));
      if (isPut) model.set(each, revision);
      else model.delete(each);
    }
    await store.apply(updates, cursorAt(revision));
  }
  return model;
}
