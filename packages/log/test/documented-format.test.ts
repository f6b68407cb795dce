import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KvUpdate, prefix, type SnapshotStore, VersionToken, WatchCursor } from '@slipstream/core';
import { collect, seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogSnapshotStore } from '../src/index.js';
import { type DocumentedFold, readDocumented } from './support/documented-reader.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

async function readLog(path: string): Promise<DocumentedFold> {
  const logs = (await readdir(path)).filter((name) => /^fold\.\d+\.log$/.test(name));
  const highest = Math.max(...logs.map((name) => Number(name.split('.')[1])));
  return readDocumented(await readFile(join(path, `fold.${highest}.log`)));
}

/** Asserts that a reader written from the document reads what the package reads. */
async function assertDocumented(store: SnapshotStore, path: string, what: string): Promise<DocumentedFold> {
  const found = await readLog(path);
  const entries = await collect(store.range(''));
  expect([...found.entries.keys()].sort(), what).toEqual(entries.map(({ key }) => key).sort());
  for (const { key, version, value } of entries) {
    const documented = found.entries.get(key);
    expect(documented?.version.equals(version.bytes), `${what}: the version of ${key}`).toBe(true);
    expect(documented?.value.equals(value), `${what}: the value of ${key}`).toBe(true);
  }
  const { version, epoch, at, scope } = store.cursor;
  expect(found.cursor.version.equals(version.bytes), `${what}: the cursor`).toBe(true);
  expect(found.cursor.epoch, what).toBe(epoch ?? '');
  expect(found.cursor.at, what).toBe(at === undefined ? 2n ** 64n - 1n : BigInt(at));
  expect(found.cursor.scope, what).toBe(scope ?? '');
  return found;
}

function randomCommit(random: () => number, number: number): { updates: KvUpdate[]; cursor: WatchCursor } {
  const updates = Array.from({ length: random() * 30 }, (_, index): KvUpdate => {
    const name = Math.floor(random() * 60);
    const key = [`route.${name}`, `маршрут.${name}.😀`, 'long.'.repeat(8000) + name][
      Math.floor(random() * 2.1)
    ];
    const value = new Uint8Array(random() < 0.02 ? 1_200_000 : random() * 200).fill(number);
    const versions = [VersionToken.unknown, VersionToken.fromBytes(new Uint8Array(10).fill(index))];
    const version = versions[Math.floor(random() * 10)] ?? VersionToken.fromRevision(number * 100 + index);
    const kind = (['delete', 'purge'] as const)[Math.floor(random() * 10)] ?? 'put';
    return { kind, key: key as string, value, version };
  });
  const epoch = random() < 0.5 ? undefined : 'époque';
  const at = random() < 0.5 ? undefined : 1_750_000_000_000 + number;
  const scope = random() < 0.5 ? undefined : prefix(`route.${number}`).fingerprint;
  return {
    updates,
    cursor: WatchCursor.of({ version: VersionToken.fromRevision(number * 100 + 99), epoch, at, scope }),
  };
}

test('a reader that was written from the document alone reads whatever the package writes', async () => {
  const path = join(directory.path, 'fold');
  const random = seededRandom(1);
  // Compacted when it is asked for: a log that goes away while it is read proves nothing.
  const compaction = { minGarbageBytes: Number.POSITIVE_INFINITY };
  let store = await LogSnapshotStore.open({ path, compaction });
  await assertDocumented(store, path, 'at birth');
  for (let number = 1; number <= 60; number++) {
    const { updates, cursor } = randomCommit(random, number);
    await store.apply(updates, cursor);
    if (number % 6 === 0) await assertDocumented(store, path, `after commit ${number}`);
    if (number % 20 === 0) {
      const copy = join(directory.path, `copy.${number}`);
      await store.checkpoint?.(copy);
      await assertDocumented(store, copy, `a copy after commit ${number}`);
      await store.settle?.();
      await assertDocumented(store, path, `settled after commit ${number}`);
    }
    if (number % 25 !== 0) continue;
    await store.close();
    store = await LogSnapshotStore.open({ path, compaction });
    const { frames } = await assertDocumented(store, path, `reopened after commit ${number}`);
    expect(frames.at(-1), 'the seal states everything before it').toMatchObject({
      durableLength: frames.at(-1)?.start,
    });
  }
  await store.close();
});
