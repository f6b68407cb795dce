import { damagedFoldError, foldFileError, systemCode } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/**
 * Turns what the engine threw into a `SlipstreamError`. Errors that already are one, `TypeError` and `RangeError` pass.
 * @param what - What failed on which fold, as the start of the message.
 */
export function levelError(error: unknown, what: string): unknown {
  if (SlipstreamError.is(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const origin = rootCause(error);
  const reason = origin instanceof Error ? origin.message : String(origin);
  const message = `${what} failed: ${reason}`;
  switch (systemCode(origin) ?? codeOfReason(reason)) {
    // LevelDB's lock on its directory: another process, or another open in this one that is not a fold's.
    case 'LEVEL_LOCKED':
      return new SlipstreamError('LOCKED', message, {
        cause: error,
        hint: 'A fold can be open only once: close the other one, in this process or another (`fuser` names it).',
      });
    // A block, a log or the manifest is not what LevelDB wrote.
    case 'LEVEL_CORRUPTION':
      return damagedFoldError(message, error);
    // With a cause, opening failed. Without one, the caller closed their own database.
    case 'LEVEL_DATABASE_NOT_OPEN':
    // The same while a batch was being filled.
    case 'LEVEL_BATCH_NOT_OPEN':
      return new SlipstreamError('CLOSED', message, { cause: error });
    // The operating system refused; LevelDB passes on only the text.
    case 'LEVEL_IO_ERROR':
      return inputOutputError(reason, message, error);
    default:
      break;
  }
  // An error of Node.js at a file, before or after LevelDB used it.
  if (systemCode(origin)?.startsWith('E')) return foldFileError(origin, what);
  // LevelDB's invalid arguments have no code. Only one of them is about files: CURRENT, which names the manifest,
  // is missing where there has to be a database.
  if (reason.includes('create_if_missing is false')) return damagedFoldError(message, error);
  return new SlipstreamError('STORE_FAILED', message, { cause: error });
}

// classic-level's errors carry no errno; these are the texts of strerror on every system, in the C locale that
// Node.js runs in.
const PATH_REFUSED = /permission denied|read-only file system|operation not permitted/i;
const PATH_WRONG = /not a directory|is a directory|file name too long|too many levels of symbolic links/i;
const DISK_FULL = /no space left|quota exceeded|file too large/i;
const TOO_MANY_FILES = /too many open files/i;
// A file that the manifest names is gone: the fold is damaged, the path is right.
const FILE_MISSING = /no such file or directory/i;

function inputOutputError(reason: string, message: string, cause: unknown): SlipstreamError {
  if (FILE_MISSING.test(reason)) return damagedFoldError(message, cause);
  if (PATH_REFUSED.test(reason)) {
    const hint = 'The process needs to read and write the directory.';
    return new SlipstreamError('INVALID_PATH', message, { cause, hint });
  }
  if (PATH_WRONG.test(reason)) {
    const hint = 'The path is a directory, or can be made one: its parent exists.';
    return new SlipstreamError('INVALID_PATH', message, { cause, hint });
  }
  return new SlipstreamError('STORE_FAILED', message, { cause, hint: hintFor(reason) });
}

function hintFor(reason: string): string {
  if (DISK_FULL.test(reason)) return 'Free space on the disk. If the fold still refuses commits, reopen it.';
  if (TOO_MANY_FILES.test(reason)) return 'Raise the limit of open files, or lower maxOpenFiles.';
  // EIO, and other errors of disks and network mounts.
  return 'After LevelDB has failed to write a table, it refuses every write until the fold is reopened.';
}

/** abstract-level says that a database is not open, and gives the reason as the cause. */
function rootCause(error: unknown): unknown {
  let origin = error;
  while (origin instanceof Error && origin.cause !== undefined) origin = origin.cause;
  return origin;
}

// Errors of getSync other than corruption have no code.
function codeOfReason(reason: string): string | undefined {
  return reason.startsWith('IO error') ? 'LEVEL_IO_ERROR' : undefined;
}
