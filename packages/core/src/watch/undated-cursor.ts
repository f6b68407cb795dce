import { WatchCursor } from '../cursor/watch-cursor.js';

/**
 * The same position without its time: since when a fold at this position may lack updates is unknown. The next
 * attachment compares it, even after a crash.
 */
export function undated({ version, epoch, scope }: WatchCursor): WatchCursor {
  return WatchCursor.of({ version, epoch, scope });
}
