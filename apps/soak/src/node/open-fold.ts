import { importArtifact } from '@slipstream/artifact';
import { SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { loadEngine } from './load-engine.js';
import type { NodeSettings } from './node-protocol.js';

/** Opens a node's fold: the one it left, else one made of the artifact it was given, else an empty one. */
export async function openFold({ engine, path, artifact }: NodeSettings): Promise<SnapshotStore> {
  const backend = await loadEngine(engine);
  if (artifact !== undefined) {
    await importArtifact(backend, artifact, path).catch((error: unknown) => {
      // A node that comes back has a fold already, which is newer than what it began with.
      if (!SlipstreamError.is(error, 'ALREADY_EXISTS')) throw error;
    });
  }
  return backend.open(path);
}
