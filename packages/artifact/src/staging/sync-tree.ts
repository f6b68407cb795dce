import { join } from 'node:path';
import type { ArtifactFileSystem } from '../file-system/artifact-file-system.js';

/** Makes a directory with everything below it survive a power loss. */
export async function syncTree(directory: string, fileSystem: ArtifactFileSystem): Promise<void> {
  for (const name of await fileSystem.list(directory)) {
    const path = join(directory, name);
    const status = await fileSystem.inspect(path);
    if (status?.kind === 'directory') await syncTree(path, fileSystem);
    if (status?.kind === 'file') await syncFile(path, fileSystem);
  }
  await fileSystem.syncDirectory(directory);
}

async function syncFile(path: string, fileSystem: ArtifactFileSystem): Promise<void> {
  const file = await fileSystem.open(path, 'flushable');
  try {
    await file.synchronize();
  } finally {
    await file.close();
  }
}
