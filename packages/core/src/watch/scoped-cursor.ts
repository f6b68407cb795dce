import { WatchCursor } from '../cursor/watch-cursor.js';

/** The same position, reached in the scope of this fingerprint. */
export function scoped(cursor: WatchCursor, fingerprint: string | undefined): WatchCursor {
  if (cursor.isNone || cursor.scope === fingerprint) return cursor;
  const { version, epoch, at } = cursor;
  return WatchCursor.of({ version, epoch, at, scope: fingerprint });
}
