import { open, rm, truncate, writeFile } from 'node:fs/promises';
import { systemCode } from '@slipstream/artifact/fold-directory';

/** The engine's default. */
const MAX_READERS = 126;

/** Of the engine's: a place for one reader. */
const PLACE_BYTES = 64;

/** What the engine begins a database with: two pages, of the largest size. */
const BEGIN_BYTES = 2 * 65_536;

/**
 * Sees to it that what stands in the way makes the opening fail, and not the process. The engine makes its table of
 * readers as a file with a hole, which it maps into memory: a place there that finds no room is SIGBUS. A table that it may
 * not write, and a database that it cannot begin, are SIGSEGV (lmdb 3.5.6).
 * @param path - Where the engine has its table of readers, or will have it.
 * @param isNew - Whether there is no database yet.
 */
export async function prepareReaders(
  path: string,
  isNew: boolean,
  maxReaders: number = MAX_READERS,
): Promise<void> {
  const tableBytes = maxReaders * PLACE_BYTES;
  try {
    await writeFile(path, new Uint8Array(tableBytes + (isNew ? BEGIN_BYTES : 0)), { flag: 'wx' });
    await truncate(path, tableBytes);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return assertWritable(path);
    await rm(path, { force: true });
    throw error;
  }
}

async function assertWritable(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.close();
}
