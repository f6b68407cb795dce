import type { Manifest } from '@slipstream/artifact';
import type { SnapshotStore } from '@slipstream/core';
import { type ArtifactTools, artifactTools } from '../artifacts/artifact-tools.js';
import type { SnapshotStoreMutant } from './snapshot-store-mutant.js';

/** A mutation of what exports and imports. */
export function ofTools(
  change: (tools: ArtifactTools) => Partial<ArtifactTools>,
): SnapshotStoreMutant['mutate'] {
  return (harness) => {
    const tools = harness.artifactTools ?? artifactTools;
    return { ...harness, artifactTools: { ...tools, ...change(tools) } };
  };
}

/** A mutation of both kinds of import: what is done instead of `attempt`, which imports from `artifact`. */
export function ofImport(
  change: (
    attempt: (artifact: string) => Promise<Manifest>,
    artifact: string,
    to: SnapshotStore | string,
  ) => Promise<Manifest>,
): SnapshotStoreMutant['mutate'] {
  return ofTools(({ importArtifact, importInto }) => ({
    importArtifact: (backend, artifact, destination, options) =>
      change((from) => importArtifact(backend, from, destination, options), artifact, destination),
    importInto: (store, artifact, options) =>
      change((from) => importInto(store, from, options), artifact, store),
  }));
}
