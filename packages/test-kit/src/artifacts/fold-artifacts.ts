import type { SnapshotBackend } from '@slipstream/core';

/** How folds of an engine that have a path are imported. */
export interface FoldArtifacts<L> {
  /** What opens a fold by its path and without further configuration, as the harness does. */
  readonly backend: SnapshotBackend<never>;
  /** Where the harness opens the fold of a location, which is alone in its parent. New: an empty folder, or nothing. */
  path(location: L): string;
}
