import { WatchCursor } from '../cursor/watch-cursor.js';

/**
 * The same position without its time: a fold that stands there may lack deletes before it, since nobody knows
 * since when. Whoever attaches it next compares it, also after a crash.
 */
export function undated({ version, epoch }: WatchCursor): WatchCursor {
  return WatchCursor.of({ version, epoch });
}
