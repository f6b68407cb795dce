import { join } from 'node:path';
import type { ArtifactFileSystem } from '../file-system/artifact-file-system.js';
import { hasEnded, thisProcess } from './process-identity.js';
import { stageName, stageOwner } from './stage-name.js';

/**
 * Removes the stages in `directory` whose processes have provably ended. Each is renamed to a stage of this
 * process first: should its owner be alive after all, it can no longer publish what is being removed.
 */
export async function removeLeftovers(
  directory: string,
  fileSystem: ArtifactFileSystem,
  random: () => number,
): Promise<void> {
  for (const name of await fileSystem.list(directory)) {
    const owner = stageOwner(name);
    if (owner === undefined || !hasEnded(owner)) continue;
    const taken = join(directory, stageName(thisProcess(), random));
    try {
      await fileSystem.rename(join(directory, name), taken);
      await fileSystem.remove(taken);
    } catch {
      // Another process was faster, or this one may not remove it: it is in the way of nothing.
    }
  }
}
