import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { AppliedWatch } from '../watch/applied-watch.js';

/** Runs `visit` with a fold that has no other writer meanwhile. */
export type FoldAtRest = <T>(visit: (fold: SnapshotStore) => Promise<T>) => Promise<T>;

/** What follows a fold: a watch, or a replica. */
export type FoldFollower = Pick<AppliedWatch, 'between' | 'cursor'>;

/** A fold between two flushes of its follower; one without a follower is always at rest. */
export function foldAtRest(fold: SnapshotStore | FoldFollower): FoldAtRest {
  if (!('between' in fold)) return (visit) => visit(fold);
  return (visit) =>
    fold.between((store) => {
      if (store === undefined) throw new TypeError('the watch has no fold to verify');
      return visit(store);
    });
}
