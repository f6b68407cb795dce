import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { FoldLock } from '@slipstream/artifact/fold-directory';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogSnapshotStore } from '../src/index.js';
import { runProgram, startProgram } from './support/run-program.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

test('a lock that is held is refused, and taken once it was released; it leaves no file', async () => {
  const first = FoldLock.take(directory.path);
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(() => FoldLock.take(directory.path)).toThrow(
      expect.objectContaining({ code: 'LOCKED', hint: expect.stringContaining('Close') }),
    );
  }
  expect(await readdir(directory.path)).toEqual(['fold.lock']);
  first.release();
  first.release();
  expect(await readdir(directory.path)).toEqual([]);
  FoldLock.take(directory.path).release();
});

test('the lock file that a killed process left does not lock the fold', async () => {
  await writeFile(join(directory.path, 'fold.lock'), '');
  const lock = FoldLock.take(directory.path);
  expect(() => FoldLock.take(directory.path)).toThrow(expect.objectContaining({ code: 'LOCKED' }));
  lock.release();
});

test('another thread of the process is refused like another process', async () => {
  const lock = FoldLock.take(directory.path);
  const tryToLock = `
    const { workerData, parentPort } = require('node:worker_threads');
    const database = new (require('node:sqlite').DatabaseSync)(workerData);
    try {
      database.exec('BEGIN EXCLUSIVE');
      parentPort.postMessage('locked it too');
    } catch (error) {
      parentPort.postMessage(error.errcode);
    }`;
  const worker = new Worker(tryToLock, { eval: true, workerData: join(directory.path, 'fold.lock') });
  const answer = await new Promise((resolve) => worker.once('message', resolve));
  await worker.terminate();
  expect(answer).toBe(5);
  expect(await runProgram('take-turns.ts', directory.path, '0')).toBe(0);
  lock.release();
});

test('processes that take and release the lock as fast as they can never have it at once', async () => {
  const turns = Array.from({ length: 4 }, () => runProgram('take-turns.ts', directory.path, '300'));
  expect(await Promise.all(turns)).toEqual([0, 0, 0, 0]);
  expect(await readdir(directory.path)).toEqual([]);
});

test('a fold whose lock file was removed by hand closes all the same', async () => {
  const store = await LogSnapshotStore.open(directory);
  await rm(join(directory.path, 'fold.lock'));
  await store.close();
  expect(await readdir(directory.path)).toEqual(['fold.1.log']);
});

test('a fold whose lock file was removed by hand leaves alone the one that others have made since', async () => {
  const first = FoldLock.take(directory.path);
  await rm(join(directory.path, 'fold.lock'));
  const second = FoldLock.take(directory.path);
  first.release();
  expect(() => FoldLock.take(directory.path)).toThrow(expect.objectContaining({ code: 'LOCKED' }));
  second.release();
  expect(await readdir(directory.path)).toEqual([]);
});

test('a file with the name of the lock that is not one is refused, and kept', async () => {
  await writeFile(
    join(directory.path, 'fold.lock'),
    'some notes, and long enough to be a database header…'.repeat(4),
  );
  await expect(LogSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
  expect(await readdir(directory.path)).toEqual(['fold.lock']);
});

test('a lock file that may only be read is refused: two could lock it at once', async () => {
  const lock = join(directory.path, 'fold.lock');
  await writeFile(lock, '');
  await chmod(lock, 0o444);
  await chmod(directory.path, 0o777);
  await chmod(dirname(directory.path), 0o755);
  const program = startProgram('lock-unprivileged.ts', directory.path);
  expect(await text(program.stdout as Readable)).toBe('INVALID_PATH');
  expect(await readdir(directory.path)).toEqual(['fold.lock']);
});

test('an open that fails releases the lock', async () => {
  await writeFile(join(directory.path, 'fold.1.log'), 'no log');
  await expect(LogSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'INCOMPATIBLE' });
  expect(await readdir(directory.path)).toEqual(['fold.1.log']);
  FoldLock.take(directory.path).release();
});
