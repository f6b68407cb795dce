import { type ErrorCode, SlipstreamError } from '@slipstream/core';

/** `CORRUPTED`: bytes of the fold are not the ones that were written. Nothing was changed. */
export function damagedFold(what: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('CORRUPTED', what, {
    cause,
    hint: 'Remove the directory; then import an artifact into it, or let the watch list the bucket anew.',
  });
}

/** `INCOMPATIBLE`: readable, but by somebody else. */
export function incompatibleFold(what: string, hint: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('INCOMPATIBLE', what, { cause, hint });
}

/**
 * A failure of the file system as an error of ours. Errors that already are, and mistakes in arguments, pass.
 * @param what - What was being done to which path, as the start of a sentence.
 */
export function foldFileError(error: unknown, what: string): unknown {
  if (SlipstreamError.is(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const { code, hint } = classify(systemCode(error));
  const reason = error instanceof Error ? error.message : String(error);
  return new SlipstreamError(code, `${what} failed: ${reason}`, { cause: error, hint });
}

/** The system's name for a failure: `ENOSPC`, `EACCES`, … */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function classify(code: string | undefined): { code: ErrorCode; hint?: string } {
  switch (code) {
    // Part of the path is missing, or is no directory, or something else has the name.
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return {
        code: 'INVALID_PATH',
        hint: 'The path is a directory, or can be made one: its parent exists.',
      };
    // The path is right, this process may not use it.
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'INVALID_PATH', hint: 'The process needs to read and write the directory.' };
    // The same call succeeds once there is room.
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return { code: 'STORE_FAILED', hint: 'Free space on the disk.' };
    case 'EMFILE':
    case 'ENFILE':
      return { code: 'STORE_FAILED', hint: 'Raise the limit of open files.' };
    // EIO, and whatever else a disk, a network mount or a driver can come up with.
    default:
      return { code: 'STORE_FAILED' };
  }
}
