import { importArtifact } from '@slipstream/artifact';
import { SlipstreamError, type SnapshotBackend, type SnapshotStore } from '@slipstream/core';
import { loadEngine } from './load-engine.js';
import type { FoldSettings } from './node-settings.js';

/** Opens a node's fold: the one it left, else one made of the artifact it was given, else an empty one. */
export async function openFold({ engine, path, artifact }: FoldSettings): Promise<SnapshotStore> {
  const backend = await loadEngine(engine);
  if (artifact !== undefined) await importOnce(backend, artifact, path);
  return backend.open(path);
}

/** A node that comes back has a fold already, which is newer than the artifact that it began with. */
async function importOnce(backend: SnapshotBackend<never>, artifact: string, path: string): Promise<void> {
  try {
    await importArtifact(backend, artifact, path);
  } catch (error) {
    if (!SlipstreamError.is(error, 'ALREADY_EXISTS')) throw error;
  }
}
