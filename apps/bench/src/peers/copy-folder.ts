import { cp, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const BYTES_PER_MIB = 1_024 * 1_024;
/** As `stat` counts them, whatever the file system's own are. */
const BYTES_PER_BLOCK = 512;

/** Copies a folder and flushes its files: what one does without us, once nothing writes to it. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  for (const path of await filesIn(to)) {
    const file = await open(path, 'r+');
    await file.sync();
    await file.close();
  }
}

/** What the files in a folder take on the disk: one with holes takes less than its length. */
export async function folderMiB(folder: string): Promise<number> {
  let blocks = 0;
  for (const path of await filesIn(folder)) blocks += (await stat(path)).blocks;
  return (blocks * BYTES_PER_BLOCK) / BYTES_PER_MIB;
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
