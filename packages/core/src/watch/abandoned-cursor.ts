import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';

// The nil UUID: no log ever has it, so a fold with this cursor is compared and listed again.
const NO_EPOCH = '00000000-0000-0000-0000-000000000000';

/** The cursor of a fold that has left the log of `cursor`, and has not reached another one yet. */
export function abandoned(cursor: WatchCursor): WatchCursor {
  return WatchCursor.of({ version: VersionToken.fromRevision(0), epoch: NO_EPOCH, at: cursor.at });
}
