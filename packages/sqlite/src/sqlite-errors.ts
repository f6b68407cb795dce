import { damagedFoldError, foldFileError } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/**
 * Turns a failure of the engine, or of the file system around it, into a `SlipstreamError`. Errors that already are one,
 * `TypeError` and `RangeError` pass.
 * @param what - What failed on which fold, as the start of the message.
 */
export function sqliteError(error: unknown, what: string): unknown {
  const code = resultCode(error);
  if (code === undefined) return foldFileError(error, what);
  const message = `${what} failed: ${error instanceof Error ? error.message : String(error)} (${code})`;
  switch (primaryCode(code)) {
    // A page that contradicts itself or its neighbours, a file that is too short, or one that is not a database.
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return damagedFoldError(message, error);
    // Another program's connection, such as a tool that writes; the directory's lock excludes other folds.
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new SlipstreamError('STORE_FAILED', message, {
        cause: error,
        hint: 'Another program has locked the database. Tools may read it while the fold is open, but not write to it.',
      });
    // The same commit succeeds once there is room.
    case 'SQLITE_FULL':
      return new SlipstreamError('STORE_FAILED', message, { cause: error, hint: 'Free space on the disk.' });
    // An error of the system that SQLite does not report: EDQUOT, EFBIG, sometimes ENOSPC, or a failing disk.
    case 'SQLITE_IOERR':
      return new SlipstreamError('STORE_FAILED', message, {
        cause: error,
        ...(WRITES.has(code) && {
          hint: 'Check for a full disk, a quota or a file size limit; otherwise the disk is failing, see the system log.',
        }),
      });
    // The files exist, but this process may not write to them.
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
      return new SlipstreamError('INVALID_PATH', message, {
        cause: error,
        hint: 'The process needs to read and write the directory and every file in it.',
      });
    // SQLite's own limit of a string, a value or a row: a billion bytes, unless the engine was built with a lower one.
    case 'SQLITE_TOOBIG':
      return new SlipstreamError('LIMIT_EXCEEDED', message, { cause: error });
    // SQLITE_NOMEM, and other errors of the disk: nothing was changed, and repeating may help.
    default:
      return new SlipstreamError('STORE_FAILED', message, { cause: error });
  }
}

/** Failures of writes, and of making a file grow. */
const WRITES = new Set([
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_TRUNCATE',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_FSYNC',
]);

/** The engine's name for a result, extended where it has one: `SQLITE_IOERR_WRITE`. */
function resultCode(error: unknown): string | undefined {
  if (SlipstreamError.is(error) || !(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return code.startsWith('SQLITE_') ? code : undefined;
}

function primaryCode(code: string): string {
  return code.split('_', 2).join('_');
}
