import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogMover } from './log-mover.js';
import { ThreadedLogMover } from './threaded-log-mover.js';

let directory: TemporaryDirectory;
let database: Database.Database;
beforeEach(async () => {
  directory = await temporaryDirectory();
  database = new Database(join(directory.path, 'some.sqlite'));
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE things (name TEXT)');
});
afterEach(async () => {
  database.close();
  await directory[Symbol.asyncDispose]();
});

function moverWith(engineModule: string): { mover: ThreadedLogMover; fallbacks: () => number } {
  let moves = 0;
  const fallback: LogMover = {
    async move() {
      moves += 1;
    },
    async close() {},
  };
  const mover = new ThreadedLogMover({ file: database.name, engineModule, pragmas: [], fallback });
  return { mover, fallbacks: () => moves };
}

/** Frames in the log, and how many of them were moved. */
function counts(): unknown {
  const [{ log, checkpointed }] = database.pragma('wal_checkpoint(NOOP)') as [Record<string, number>];
  return [(log ?? 0) > 0, log === checkpointed];
}

test('moves the log as often as it is asked to, and ends with its thread', async () => {
  const { mover, fallbacks } = moverWith(createRequire(import.meta.url).resolve('better-sqlite3'));
  for (let round = 0; round < 3; round++) {
    database.exec("INSERT INTO things VALUES ('one')");
    expect(counts()).toEqual([true, false]);
    await mover.move();
    expect(counts()).toEqual([true, true]);
  }
  await mover.close();
  await mover.close();
  expect(fallbacks()).toBe(0);
});

test('a thread that does not start leaves the log to the fallback, every time', async () => {
  const { mover, fallbacks } = moverWith(join(directory.path, 'no-such-module.js'));
  await mover.move();
  await mover.move();
  expect(fallbacks()).toBe(2);
  await mover.close();
});
