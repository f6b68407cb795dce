import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../file-system/sync-directory.js';
import { systemCode } from '../file-system/system-errors.js';

/** Makes a directory, safe on the disk; its parent exists. */
export async function makeDirectoryIfMissing(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return;
  }
  await syncDirectory(dirname(path));
}
