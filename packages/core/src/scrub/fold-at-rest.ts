import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { AppliedWatch } from '../watch/applied-watch.js';

/** Runs something with a fold that nobody else writes meanwhile. */
export type FoldAtRest = <T>(visit: (fold: SnapshotStore) => Promise<T>) => Promise<T>;

/** Who follows a fold: a watch, or a replica. */
export type FoldFollower = Pick<AppliedWatch, 'between' | 'cursor'>;

/** A fold between two flushes of whoever follows it; one that nobody follows is always at rest. */
export function foldAtRest(fold: SnapshotStore | FoldFollower): FoldAtRest {
  if (!('between' in fold)) return (visit) => visit(fold);
  return (visit) =>
    fold.between((store) => {
      if (store === undefined) throw new TypeError('the watch has no fold to verify');
      return visit(store);
    });
}
