import type { WatchCursor } from '../cursor/watch-cursor.js';

/**
 * Where a cursor stands after a batch that ends at `proposed`: there, except that an unknown version moves
 * nothing and that within one epoch a position never regresses (a re-delivered batch changes nothing).
 */
export function nextCursor(current: WatchCursor, proposed: WatchCursor): WatchCursor {
  if (proposed.isNone) return current;
  if (current.isNone || current.epoch !== proposed.epoch) return proposed;
  const from = current.revision;
  const to = proposed.revision;
  return from !== undefined && to !== undefined && to < from ? current : proposed;
}
