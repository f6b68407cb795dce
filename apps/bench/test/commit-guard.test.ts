// What a flush costs each engine, counted where the engine or the file system is injected: one commit, one call per
// update at most, and no flush to the disk that was not asked for.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStore } from '@slipstream/core';
import { ManualClock } from '@slipstream/core/testing';
import { type LevelEngine, LevelSnapshotStore } from '@slipstream/level';
import { type LmdbEngine, LmdbSnapshotStore } from '@slipstream/lmdb';
import { type LogFileSystem, LogSnapshotStore, nodeFileSystem, type RandomAccessFile } from '@slipstream/log';
import { type SqliteEngine, SqliteSnapshotStore, type SqliteStatement } from '@slipstream/sqlite';
import { temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { ClassicLevel } from 'classic-level';
import { open as openLmdb } from 'lmdb';
import { expect, test } from 'vitest';
import { shuffledPlaces } from '../src/data/bench-entries.js';
import { benchUpdates } from '../src/data/bench-updates.js';
import { applyBatch } from '../src/ours/apply-batch.js';
import { CallCounter } from './support/call-counter.js';

const FLUSHES = 8;
const BATCH = 1_024;
const UPDATES = FLUSHES * BATCH;

/** Applies puts of new keys, in shuffled order. */
async function applyFlushes(store: SnapshotStore): Promise<void> {
  const places = shuffledPlaces(UPDATES);
  for (let at = 0; at < UPDATES; at += BATCH) await applyBatch(store, benchUpdates(places, at, BATCH));
}

test('a flush of the LevelDB fold is one batch of its engine, and reads nothing', async () => {
  await using directory = await temporaryDirectory();
  const engine = new ClassicLevel(join(directory.path, 'level'));
  await engine.open();
  const calls = new CallCounter();
  const counted = calls.watch<LevelEngine>(engine, ['batch', 'getSync', 'iterator']);
  const store = await LevelSnapshotStore.open({ engine: counted });
  calls.reset();
  await applyFlushes(store);
  expect(calls.of('batch')).toBe(FLUSHES);
  expect(calls.of('getSync') + calls.of('iterator')).toBe(0);
  await store.close();
  await engine.close();
});

test('a flush of the LMDB fold is one transaction: a put per update, and one of its own', async () => {
  await using directory = await temporaryDirectory();
  const engine = openLmdb(join(directory.path, 'lmdb'), {
    encoding: 'binary',
    keyEncoding: 'binary',
    noSubdir: true,
    eventTurnBatching: false,
  }) as unknown as LmdbEngine;
  const calls = new CallCounter();
  const counted = calls.watch(engine, ['batch', 'childTransaction', 'put', 'remove', 'getBinaryFast']);
  const store = await LmdbSnapshotStore.open({ engine: counted });
  calls.reset();
  await applyFlushes(store);
  expect(calls.of('batch') + calls.of('childTransaction')).toBe(FLUSHES);
  expect(calls.of('put') + calls.of('remove')).toBe(UPDATES + FLUSHES);
  // What the fold knows of itself, and where a key may be in a state that is read in slices: not every key.
  expect(calls.of('getBinaryFast')).toBeLessThan(UPDATES / 4);
  await store.close();
  await engine.close();
});

test('a flush of the SQLite fold is one transaction: a statement per update, and one of its own', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'fold');
  await mkdir(path);
  const engine = new Database(join(path, 'fold.sqlite'));
  const calls = new CallCounter();
  const counted = calls.watch<SqliteEngine>(engine, ['prepare', 'exec'], (_, [source], prepared) =>
    countedStatement(calls, String(source), prepared),
  );
  const store = await SqliteSnapshotStore.open({ path, engine: counted });
  calls.reset();
  await applyFlushes(store);
  expect(calls.of('COMMIT')).toBe(FLUSHES);
  expect(calls.of('run')).toBe(UPDATES + 3 * FLUSHES);
  expect(calls.of('prepare') + calls.of('exec')).toBe(0);
  await store.close();
  engine.close();
});

/** Counts what a statement runs, and how often it is a commit. */
function countedStatement(calls: CallCounter, source: string, prepared: unknown): unknown {
  if (typeof prepared !== 'object' || prepared === null) return prepared;
  return calls.watch(prepared as SqliteStatement, ['run'], (_, __, result) => {
    if (source === 'COMMIT') calls.add(source);
    return result;
  });
}

test.for([false, true])('a flush of the log fold is one write (flushed to the disk: %s)', async (sync) => {
  await using directory = await temporaryDirectory();
  const calls = new CallCounter();
  const fileSystem = calls.watch<LogFileSystem>(nodeFileSystem, ['open'], (_, __, opened) =>
    (opened as Promise<RandomAccessFile>).then((file) =>
      calls.watch(file, ['write', 'synchronize', 'read', 'readSync', 'truncate']),
    ),
  );
  // A clock that stands still: what is flushed in the background, once a second, is not counted.
  const clock = new ManualClock();
  await using store = await LogSnapshotStore.open({
    path: join(directory.path, 'fold'),
    sync,
    fileSystem,
    clock,
  });
  calls.reset();
  await applyFlushes(store);
  expect(calls.of('write')).toBe(FLUSHES);
  expect(calls.of('synchronize')).toBe(sync ? FLUSHES : 0);
  expect(calls.of('read') + calls.of('readSync') + calls.of('truncate')).toBe(0);
});
