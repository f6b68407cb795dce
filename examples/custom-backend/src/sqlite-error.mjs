// @ts-check
import { damagedFoldError, foldFileError } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/**
 * A failure of SQLite, or of the file system around it, as an error of Slipstream's closed list of codes.
 * Errors that already are, and mistakes in arguments, pass.
 *
 * @param {unknown} error
 * @param {string} what - What was being done to which fold, as the start of a sentence.
 */
export function sqliteError(error, what) {
  if (!(error instanceof Error && 'errcode' in error)) return foldFileError(error, what);
  const message = `${what} failed: ${error.message}`;
  // The low byte is SQLite's primary result code.
  switch (Number(error.errcode) & 0xff) {
    case 1: // SQLITE_ERROR: the statements are right, so it is the tables that are not.
    case 11: // SQLITE_CORRUPT: a page contradicts itself or its neighbours.
    case 26: // SQLITE_NOTADB: these bytes are not a database.
      return damagedFoldError(message, error);
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 14: // SQLITE_CANTOPEN: the file is there, this process may not use it.
      return new SlipstreamError('INVALID_PATH', message, {
        cause: error,
        hint: 'The process needs to read and write the directory and every file in it.',
      });
    case 18: // SQLITE_TOOBIG: beyond what SQLite stores in a row.
      return new SlipstreamError('LIMIT_EXCEEDED', message, { cause: error });
    case 13: // SQLITE_FULL: the same commit succeeds once there is room.
      return new SlipstreamError('STORE_FAILED', message, { cause: error, hint: 'Free space on the disk.' });
    // SQLITE_IOERR and the rest: nothing was changed, and the same commit may succeed later.
    default:
      return new SlipstreamError('STORE_FAILED', message, { cause: error });
  }
}
