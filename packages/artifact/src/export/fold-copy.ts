import type { WatchCursor } from '@slipstream/core';

/** A copy of a fold that was written, opened and read back. */
export interface FoldCopy {
  readonly backend: string;
  readonly backendVersion: string;
  readonly cursor: WatchCursor;
  readonly entries: number;
}

/** A copy that has its snapshot: later applies no longer change it. */
export interface BegunCopy {
  /** Writes the rest, and verifies all of it. */
  finish(): Promise<FoldCopy>;
}
