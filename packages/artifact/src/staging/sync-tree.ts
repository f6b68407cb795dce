import { join } from 'node:path';
import type { ArtifactFileSystem } from '../file-system/artifact-file-system.js';

// Flushes at the same time share waits: an engine may have many files.
const AT_ONCE = 8;

/** Makes a directory with everything below it survive a power loss. */
export async function syncTree(directory: string, fileSystem: ArtifactFileSystem): Promise<void> {
  const names = await fileSystem.list(directory);
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const paths = names.slice(first, first + AT_ONCE).map((name) => join(directory, name));
    const outcomes = await Promise.allSettled(paths.map((path) => syncPath(path, fileSystem)));
    const failure = outcomes.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }
  await fileSystem.syncDirectory(directory);
}

async function syncPath(path: string, fileSystem: ArtifactFileSystem): Promise<void> {
  const status = await fileSystem.inspect(path);
  if (status?.kind === 'directory') await syncTree(path, fileSystem);
  if (status?.kind === 'file') await syncFile(path, fileSystem);
}

async function syncFile(path: string, fileSystem: ArtifactFileSystem): Promise<void> {
  const file = await fileSystem.open(path, 'flushable');
  try {
    await file.synchronize();
  } finally {
    await file.close();
  }
}
