import { open, rm, truncate, writeFile } from 'node:fs/promises';
import { systemCode } from '@slipstream/artifact/fold-directory';

/** The engine's default. */
const MAX_READERS = 126;

/** Of one reader slot of the engine. */
const SLOT_BYTES = 64;

/** What the engine creates a database with: two pages, of the largest size. */
const NEW_DATABASE_BYTES = 2 * 65_536;

/**
 * Makes a full disk or a missing permission fail the opening instead of the process. The engine creates its table of
 * readers as a sparse file that it maps into memory: using a slot without room on the disk is SIGBUS. A table that it may
 * not write, and a database that it cannot create, are SIGSEGV (lmdb 3.5.6).
 * @param path - Where the engine's table of readers is, or will be.
 * @param isNew - Whether there is no database yet.
 */
export async function prepareReaders(
  path: string,
  isNew: boolean,
  maxReaders: number = MAX_READERS,
): Promise<void> {
  const tableBytes = maxReaders * SLOT_BYTES;
  try {
    await writeFile(path, new Uint8Array(tableBytes + (isNew ? NEW_DATABASE_BYTES : 0)), { flag: 'wx' });
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
