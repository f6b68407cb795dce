import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ThreadedWalCheckpointer } from './threaded-wal-checkpointer.js';
import type { WalCheckpointer } from './wal-checkpointer.js';

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

function checkpointerWith(engineModule: string): {
  checkpointer: ThreadedWalCheckpointer;
  fallbacks: () => number;
} {
  let fallbacks = 0;
  const fallback: WalCheckpointer = {
    async checkpoint() {
      fallbacks += 1;
    },
    async close() {},
  };
  const checkpointer = new ThreadedWalCheckpointer({
    file: database.name,
    engineModule,
    pragmas: [],
    fallback,
  });
  return { checkpointer, fallbacks: () => fallbacks };
}

/** Whether the log has frames, and whether all of them are in the database. */
function counts(): unknown {
  const [{ log, checkpointed }] = database.pragma('wal_checkpoint(NOOP)') as [Record<string, number>];
  return [(log ?? 0) > 0, log === checkpointed];
}

test('checkpoints the log as often as it is asked to, and ends with its thread', async () => {
  const { checkpointer, fallbacks } = checkpointerWith(
    createRequire(import.meta.url).resolve('better-sqlite3'),
  );
  for (let round = 0; round < 3; round++) {
    database.exec("INSERT INTO things VALUES ('one')");
    expect(counts()).toEqual([true, false]);
    await checkpointer.checkpoint();
    expect(counts()).toEqual([true, true]);
  }
  await checkpointer.close();
  await checkpointer.close();
  expect(fallbacks()).toBe(0);
});

test('a thread that does not start leaves the log to the fallback, every time', async () => {
  const { checkpointer, fallbacks } = checkpointerWith(join(directory.path, 'no-such-module.js'));
  await checkpointer.checkpoint();
  await checkpointer.checkpoint();
  expect(fallbacks()).toBe(2);
  await checkpointer.close();
});
