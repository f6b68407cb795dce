import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';

// The nil UUID: no log was ever made with it, so a fold that stands here is compared and listed anew.
const NO_EPOCH = '00000000-0000-0000-0000-000000000000';

/** The cursor of a fold that no longer follows the log that `cursor` was given out by, and no other yet. */
export function abandoned(cursor: WatchCursor): WatchCursor {
  return WatchCursor.of({ version: VersionToken.fromRevision(0), epoch: NO_EPOCH, at: cursor.at });
}
