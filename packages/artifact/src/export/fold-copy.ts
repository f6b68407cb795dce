import type { WatchCursor } from '@slipstream/core';

/** A copy of a fold that was written, opened and read back. */
export interface FoldCopy {
  readonly backend: string;
  readonly backendVersion: string;
  readonly cursor: WatchCursor;
  readonly entries: number;
}

/** A copy that has been begun: it is of one state by now, whatever is applied meanwhile. */
export interface BegunCopy {
  /** Writes the rest, and verifies all of it. */
  finish(): Promise<FoldCopy>;
}
