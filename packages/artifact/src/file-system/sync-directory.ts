import { open } from 'node:fs/promises';
import { platform } from 'node:process';
import { systemCode } from './system-errors.js';

/** What file systems without this operation report, some network and FUSE ones among them. */
const UNSUPPORTED: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * Makes what was created, renamed and removed in a directory survive a power loss, where the file system can:
 * what others do is durable at once, or never.
 */
export async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directory, and orders metadata by itself (NTFS's journal).
  if (platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    if (!UNSUPPORTED.has(systemCode(error))) throw error;
  } finally {
    await directory.close();
  }
}
