import { exportArtifact, importArtifact, importInto } from '@slipstream/artifact';

/** What makes artifacts of folds and folds of artifacts. */
export interface ArtifactTools {
  readonly exportArtifact: typeof exportArtifact;
  readonly importArtifact: typeof importArtifact;
  readonly importInto: typeof importInto;
}

/** Those of `@slipstream/artifact`. */
export const artifactTools: ArtifactTools = Object.freeze({ exportArtifact, importArtifact, importInto });
