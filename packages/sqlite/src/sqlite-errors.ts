import { damagedFold, foldFileError } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/**
 * A failure of the engine, or of the file system around it, as an error of ours. Errors that already are, and
 * mistakes in arguments, pass.
 * @param what - What was being done to which fold, as the start of a sentence.
 */
export function sqliteError(error: unknown, what: string): unknown {
  const code = resultCode(error);
  if (code === undefined) return foldFileError(error, what);
  const message = `${what} failed: ${error instanceof Error ? error.message : String(error)} (${code})`;
  switch (primaryCode(code)) {
    // A page that contradicts itself or its neighbours, a file that is too short, or bytes that are no database.
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return damagedFold(message, error);
    // Somebody else's connection, such as a tool that writes: within Slipstream the directory's lock excludes it.
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new SlipstreamError('STORE_FAILED', message, {
        cause: error,
        hint: 'Another program has locked the database. Tools may read it beside the fold, not write it.',
      });
    // The same commit succeeds once there is room.
    case 'SQLITE_FULL':
      return new SlipstreamError('STORE_FAILED', message, { cause: error, hint: 'Free space on the disk.' });
    // A refusal that SQLite does not tell: EDQUOT, EFBIG, at times ENOSPC, or a disk that fails.
    case 'SQLITE_IOERR':
      return new SlipstreamError('STORE_FAILED', message, {
        cause: error,
        ...(WRITES.has(code) && {
          hint: 'Is the disk full, or a quota or a limit of file sizes reached? Else the disk fails.',
        }),
      });
    // The files are there, this process may not write them.
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
    // SQLITE_NOMEM, and whatever else a disk can come up with: nothing was changed, try again.
    default:
      return new SlipstreamError('STORE_FAILED', message, { cause: error });
  }
}

/** What fails when bytes are to be written, or a file is to grow. */
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
