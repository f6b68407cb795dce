import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { requireEmptyDirectory, writeFoldMarker } from '@slipstream/artifact/fold-directory';
import type { SqliteEngine } from './sqlite-engine.js';
import { DATABASE_NAME, sqliteFoldKind } from './sqlite-format.js';

/** Copied at once, in about a millisecond: 1 MiB with the default page size. */
const PAGES_AT_ONCE = 256;

/** Steps between flushes. */
const STEPS_UNFLUSHED = 16;

/**
 * Copies the state of the last commit into an empty directory, which is created when it is missing. The reader holds
 * that state in a transaction, so commits continue meanwhile, and none makes SQLite restart the copy. The copy is
 * flushed when this resolves.
 * @throws `ALREADY_EXISTS` when the directory is not empty.
 */
export async function writeCheckpoint(
  reader: SqliteEngine,
  directory: string,
  onSnapshot: () => void,
): Promise<void> {
  reader.exec('BEGIN; SELECT cursor FROM fold');
  onSnapshot();
  await requireEmptyDirectory(directory);
  const path = join(directory, DATABASE_NAME);
  const file = await open(path, 'a');
  try {
    await copyFlushed(reader, path, file);
  } finally {
    await file.close();
  }
  await writeFoldMarker(directory, sqliteFoldKind);
}

/**
 * SQLite flushes the copy at its end and blocks the thread until that is done. So it is flushed all along, by other
 * threads that copying waits for, and little is left for the end.
 */
async function copyFlushed(reader: SqliteEngine, path: string, file: FileHandle): Promise<void> {
  let steps = 0;
  let isFlushing = false;
  let failure: unknown;
  const progress = (): number => {
    if (failure !== undefined) throw failure;
    if (isFlushing) return 0;
    steps += 1;
    if (steps % STEPS_UNFLUSHED === 0) {
      isFlushing = true;
      file
        .datasync()
        .catch((error: unknown) => {
          failure = error;
        })
        .finally(() => {
          isFlushing = false;
        });
    }
    return PAGES_AT_ONCE;
  };
  await reader.backup(path, { progress });
  await file.sync();
}
