import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requireEmptyDirectory, systemCode, writeFoldMarker } from '@slipstream/artifact/fold-directory';
import { sleep } from '@slipstream/core';
import { flush } from './commit/flush.js';
import type { LmdbFold } from './lmdb-fold.js';
import { DATA_NAME, lmdbFoldKind } from './lmdb-format.js';

/** Between two checks whether the engine has begun to copy. */
const POLL_MS = 1;

/**
 * Copies the last commit into an empty directory, which is created when it is missing. The engine copies on a thread
 * of its own, free pages included. The copy is flushed when this resolves.
 * @throws `ALREADY_EXISTS` when the directory is not empty.
 */
export async function writeCheckpoint(
  { reader, writer, config }: LmdbFold,
  directory: string,
  onSnapshot: () => void,
): Promise<void> {
  await requireEmptyDirectory(directory);
  const file = join(directory, DATA_NAME);
  // The copy says which commit was flushed last, and on another machine only that one counts.
  await flush(writer);
  // Not compacted: the first commits to a compacted copy corrupt its list of free pages (lmdb 3.5.6).
  const copying = reader.backup(file, false);
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  copying.then(done, done);
  // The engine does not report when it has its snapshot, but it writes nothing before.
  while (!isDone && (await sizeOf(file)) === 0) await sleep(config.clock, POLL_MS);
  if (!isDone) onSnapshot();
  await copying;
  await synchronize(file);
  await writeFoldMarker(directory, lmdbFoldKind);
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function synchronize(file: string): Promise<void> {
  const copy = await open(file, 'r+');
  try {
    await copy.datasync();
  } finally {
    await copy.close();
  }
}
