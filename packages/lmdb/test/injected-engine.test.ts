import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VersionToken } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { open as openEngine, type RootDatabaseOptions } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LmdbEngine, type LmdbEngineOptions, LmdbSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

function engineWith(options: RootDatabaseOptions = {}): LmdbEngine {
  const binary = {
    encoding: 'binary',
    keyEncoding: 'binary',
    noSubdir: true,
    eventTurnBatching: false,
    ...options,
  } as const;
  return openEngine(join(directory.path, 'mine.mdb'), binary) as unknown as LmdbEngine;
}

describe('a database that the caller opened', () => {
  test('is a fold, and stays open when the fold is closed', async () => {
    const engine = engineWith();
    const store = await LmdbSnapshotStore.open({ engine });
    const many = Array.from({ length: 10_000 }, (_, index) => putUpdate(`k.${index}`, index + 1));
    await store.apply(many, cursorAt(10_000));
    await store.close();
    const again = await LmdbSnapshotStore.open({ engine });
    expect(again.cursor.revision).toBe(10_000n);
    expect(await collect(again.keys('k.999'))).toHaveLength(11);
    await again.checkpoint?.(join(directory.path, 'copy'));
    await again.close();
    await engine.close();
    await using copy = await LmdbSnapshotStore.open({ path: join(directory.path, 'copy') });
    expect(await copy.stats()).toMatchObject({ entries: 10_000 });
  });

  test('is one fold at a time', async () => {
    const engine = engineWith();
    const first = await LmdbSnapshotStore.open({ engine });
    await expect(LmdbSnapshotStore.open({ engine })).rejects.toMatchObject({ code: 'LOCKED' });
    await first.close();
    await (await LmdbSnapshotStore.open({ engine })).close();
    await engine.close();
  });

  test('is refused when it was not opened for bytes, or is not a database', async () => {
    const engine = engineWith({ encoding: 'msgpack' });
    await expect(LmdbSnapshotStore.open({ engine })).rejects.toThrow(
      new TypeError("engine was opened with encoding msgpack, not 'binary'"),
    );
    await engine.close();
    const none = {} as unknown as LmdbEngine;
    await expect(LmdbSnapshotStore.open({ engine: none })).rejects.toThrow(TypeError);
  });
});

describe('an engine that gives up while a commit is being written', () => {
  /** Answers as the engine does once the header of its file could not be written: with errors, or never. */
  function givenUp(engine: LmdbEngine): void {
    const panic = (): never => {
      throw Object.assign(new Error('MDB_PANIC: environment had fatal error'), { code: -30795 });
    };
    engine.getBinaryFast = panic;
    engine.batch = () => new Promise(() => undefined);
  }

  test.each([true, false])('rejects the commit and every later one (sync: %s)', async (sync) => {
    const engine = engineWith();
    const store = await LmdbSnapshotStore.open({ engine, sync });
    await store.apply([putUpdate('a', 1)], cursorAt(1));
    const { batch } = engine;
    engine.batch = (action) => {
      givenUp(engine);
      return sync ? Promise.reject(new Error('Input/output error')) : batch.call(engine, action);
    };
    await expect(store.apply([putUpdate('a', 2)], cursorAt(2))).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    const failure = { code: 'STORE_FAILED', hint: expect.stringContaining('header of its file') };
    await expect(store.apply([putUpdate('a', 2)], cursorAt(2))).rejects.toMatchObject(failure);
    await expect(store.get('a')).rejects.toMatchObject(failure);
    await store.close();
    await engine.close();
  });
});

describe('options of the engine', () => {
  test('are passed to it', async () => {
    const engineOptions = { compression: true, mapSize: 64 * 1024 * 1024, pageSize: 8192, maxReaders: 20 };
    const path = join(directory.path, 'fold');
    const store = await LmdbSnapshotStore.open({ path, engineOptions });
    await store.apply([putUpdate('a', 1, 'x'.repeat(100_000)), putUpdate('b', 2)], cursorAt(2));
    const many = Array.from({ length: 5_000 }, (_, index) => putUpdate(`k.${index}`, 3, 'y'.repeat(5_000)));
    await store.apply(many, cursorAt(3));
    expect(Buffer.from((await store.get('a'))?.value ?? []).toString()).toBe('x'.repeat(100_000));
    const entries = await collect(store.range(''));
    expect(entries.map(({ value }) => value.length)).toEqual([
      100_000,
      'b@2'.length,
      ...many.map(() => 5_000),
    ]);
    expect((await store.stats()).bytes).toBeLessThan(5_000_000);
    await store.close();
  });

  test('limit the open ranges; one too many fails, and does not disturb the others', async () => {
    await using store = await LmdbSnapshotStore.open({
      path: join(directory.path, 'fold'),
      engineOptions: { maxReaders: 8 },
    });
    const standing: AsyncIterator<unknown>[] = [];
    let failure: unknown;
    for (let revision = 1; failure === undefined && revision < 100; revision++) {
      await store.apply([putUpdate('a', revision), putUpdate('b', revision)], cursorAt(revision));
      const range = store.range('')[Symbol.asyncIterator]();
      failure = await range.next().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) standing.push(range);
    }
    expect(failure).toMatchObject({ code: 'STORE_FAILED', hint: expect.stringContaining('maxReaders') });
    for (const [index, range] of standing.entries()) {
      const next = await range.next();
      expect(next.value).toMatchObject({ key: 'b', version: VersionToken.fromRevision(index + 1) });
      await range.return?.();
    }
    expect((await store.get('a'))?.version.revision).toBe(BigInt(standing.length + 1));
  });

  test.each([
    [{ pageSize: 1024 }, 'pageSize is a whole number from 4096 to 65536, not 1024'],
    [{ pageSize: 5000 }, 'pageSize is a power of two, not 5000'],
    [{ mapSize: -1 }, 'mapSize is a whole number'],
    [{ mapSize: 2 ** 50 }, 'mapSize is a whole number'],
    [{ maxReaders: 0.5 }, 'maxReaders is a whole number'],
    [{ noSync: true }, 'noSync is set by the fold itself'],
    [{ readOnly: true }, 'readOnly is set by the fold itself'],
  ])('that would crash it, or cost a guarantee, are refused: %o', async (engineOptions, message) => {
    const path = join(directory.path, 'fold');
    const opening = LmdbSnapshotStore.open({ path, engineOptions: engineOptions as LmdbEngineOptions });
    await expect(opening).rejects.toThrow(RangeError);
    await expect(opening).rejects.toThrow(message);
    expect(await readdir(directory.path)).toEqual([]);
  });

  test('an empty path is refused', async () => {
    await expect(LmdbSnapshotStore.open({ path: '' })).rejects.toThrow(TypeError);
  });
});
