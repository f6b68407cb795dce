import { applyMutants } from './apply.mutants.js';
import { artifactMutants } from './artifact.mutants.js';
import { cursorMutants } from './cursor.mutants.js';
import { hostileArtifactMutants } from './hostile-artifact.mutants.js';
import { lifetimeMutants } from './lifetime.mutants.js';
import { rangeMutants } from './range.mutants.js';
import type { SnapshotStoreMutant } from './snapshot-store-mutant.js';

/**
 * Broken folds, made of a correct one. They damage what a fold does; what can only be damaged on disk or in
 * another process needs mutants of an engine of its own.
 */
export const snapshotStoreMutants: readonly SnapshotStoreMutant[] = [
  ...applyMutants,
  ...cursorMutants,
  ...rangeMutants,
  ...lifetimeMutants,
  ...artifactMutants,
  ...hostileArtifactMutants,
];
