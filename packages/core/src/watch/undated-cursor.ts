import { WatchCursor } from '../cursor/watch-cursor.js';

/**
 * The same position without its time: nobody knows since when a fold that stands there may lack something. Whoever
 * attaches it next compares it, also after a crash.
 */
export function undated({ version, epoch, scope }: WatchCursor): WatchCursor {
  return WatchCursor.of({ version, epoch, scope });
}
