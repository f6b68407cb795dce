import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LevelEngine, LevelSnapshotStore } from '../src/index.js';
import { applyCommits, assertWholeCommits } from './support/commits.js';

let directory: TemporaryDirectory;
let engine: ClassicLevel<string, string>;
beforeEach(async () => {
  directory = await temporaryDirectory();
  // Encodings of its own, which are not the fold's business.
  engine = new ClassicLevel(directory.path, { valueEncoding: 'json' });
});
afterEach(async () => {
  await engine.close();
  await directory[Symbol.asyncDispose]();
});

test('a fold lives in a database of the caller, who closes it', async () => {
  const store = await LevelSnapshotStore.open({ engine });
  await applyCommits(store, 1, 5);
  await store.close();
  expect(engine.status).toBe('open');
  await using again = await LevelSnapshotStore.open({ engine });
  expect(await assertWholeCommits(again)).toBe(5);
  await again.settle?.();
  expect((await again.stats()).bytes).toBeGreaterThan(0);
});

test('one database has one fold open at a time', async () => {
  const store = await LevelSnapshotStore.open({ engine });
  await expect(LevelSnapshotStore.open({ engine })).rejects.toMatchObject({ code: 'LOCKED' });
  await store.close();
  await (await LevelSnapshotStore.open({ engine })).close();
});

test('a database with anything else in it is INCOMPATIBLE', async () => {
  await engine.put('theirs', 'x');
  await expect(LevelSnapshotStore.open({ engine })).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
  expect(await engine.get('theirs')).toBe('x');
  expect(await engine.keys().all()).toEqual(['theirs']);
});

test('a database that is closed, before or afterwards, is CLOSED', async () => {
  const store = await LevelSnapshotStore.open({ engine });
  await engine.close();
  await expect(store.get('a')).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(store.apply([putUpdate('a', 1)], cursorAt(1))).rejects.toMatchObject({ code: 'CLOSED' });
  await store.close();
  await expect(LevelSnapshotStore.open({ engine })).rejects.toMatchObject({ code: 'CLOSED' });
});

test.each(['getSync', 'explicitSnapshots'] as const)(
  'an engine without %s is UNSUPPORTED',
  async (missing) => {
    const { supports } = engine;
    const lesser: LevelEngine = new Proxy<LevelEngine>(engine, {
      get: (target, name) =>
        name === 'supports' ? { ...supports, [missing]: false } : Reflect.get(target, name, target),
    });
    await expect(LevelSnapshotStore.open({ engine: lesser })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  },
);
