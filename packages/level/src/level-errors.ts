import { damagedFold, foldFileError, systemCode } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/**
 * What the engine threw as an error of ours. Errors that already are, and mistakes in arguments, pass.
 * @param what - What was being done to which fold, as the start of a sentence.
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
        hint: 'One open at a time: close the other, in this process or another.',
      });
    // A block, a log or the list of files is not what LevelDB wrote.
    case 'LEVEL_CORRUPTION':
      return damagedFold(message, error);
    // With a cause it is the opening that failed. Without, the caller closed a database of their own.
    case 'LEVEL_DATABASE_NOT_OPEN':
    // The same while a commit was put together.
    case 'LEVEL_BATCH_NOT_OPEN':
      return new SlipstreamError('CLOSED', message, { cause: error });
    // The operating system refused; LevelDB passes on only its words.
    case 'LEVEL_IO_ERROR':
      return inputOutputError(reason, message, error);
    default:
      break;
  }
  // Node.js itself failed at a file, before or after LevelDB had it.
  if (systemCode(origin)?.startsWith('E')) return foldFileError(origin, what);
  // What LevelDB calls an invalid argument has no code. Of these only one is about files: CURRENT, which names
  // the list of them, is missing where there has to be a database.
  if (reason.includes('create_if_missing is false')) return damagedFold(message, error);
  return new SlipstreamError('STORE_FAILED', message, { cause: error });
}

// classic-level's errors carry no errno; these are strerror's words on every system, in the C locale that
// Node.js runs in.
const PATH_REFUSED = /permission denied|read-only file system|operation not permitted/i;
const PATH_WRONG = /not a directory|is a directory|file name too long|too many levels of symbolic links/i;
const DISK_FULL = /no space left|quota exceeded|file too large/i;
const TOO_MANY_FILES = /too many open files/i;
// A file that the list of files names is gone: not the path is wrong, the fold is damaged.
const FILE_MISSING = /no such file or directory/i;

function inputOutputError(reason: string, message: string, cause: unknown): SlipstreamError {
  if (FILE_MISSING.test(reason)) return damagedFold(message, cause);
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
  if (DISK_FULL.test(reason))
    return 'Free space on the disk. A fold that goes on refusing commits has to be opened anew.';
  if (TOO_MANY_FILES.test(reason)) return 'Raise the limit of open files, or lower maxOpenFiles.';
  // EIO, and whatever else a disk or a network mount can come up with.
  return 'After it has failed to write a table, LevelDB accepts nothing more until the fold is opened again.';
}

/** abstract-level says that a database is not open, and in the cause why. */
function rootCause(error: unknown): unknown {
  let origin = error;
  while (origin instanceof Error && origin.cause !== undefined) origin = origin.cause;
  return origin;
}

// getSync gives no code to what is not corruption.
function codeOfReason(reason: string): string | undefined {
  return reason.startsWith('IO error') ? 'LEVEL_IO_ERROR' : undefined;
}
