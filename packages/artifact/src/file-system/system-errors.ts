import { type ErrorCode, SlipstreamError } from '@slipstream/core';

/** What an operator can do about each kind of failure, where it happened. */
export interface FailureHints {
  /** Part of the path is missing or not a directory, or something else has the name. */
  readonly wrongPath: string;
  /** The path is right, but this process may not use it. */
  readonly forbidden: string;
  /** The same call succeeds once there is room. */
  readonly full: string;
  /** A rename cannot replace what is there. Absent where nothing is renamed: the failure may be transient. */
  readonly busy?: string;
}

/** The system's name for a failure: `ENOSPC`, `EACCES`, … */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * A failure of the file system as an error of ours. Errors that already are, and mistakes in arguments, pass.
 * @param what - What was being done to which path, as the start of a sentence.
 */
export function systemError(error: unknown, what: string, hints: FailureHints): unknown {
  if (SlipstreamError.is(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const { code, hint } = classify(systemCode(error), hints);
  const reason = error instanceof Error ? error.message : String(error);
  return new SlipstreamError(code, `${what} failed: ${reason}`, { cause: error, hint });
}

function classify(
  code: string | undefined,
  { wrongPath, forbidden, full, busy }: FailureHints,
): { code: ErrorCode; hint?: string } {
  switch (code) {
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return { code: 'INVALID_PATH', hint: wrongPath };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'INVALID_PATH', hint: forbidden };
    case 'EBUSY':
    case 'EXDEV':
      return busy === undefined ? { code: 'STORE_FAILED' } : { code: 'INVALID_PATH', hint: busy };
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return { code: 'STORE_FAILED', hint: full };
    case 'EMFILE':
    case 'ENFILE':
      return { code: 'STORE_FAILED', hint: 'Raise the limit of open files.' };
    // EIO, and whatever else a disk, a network mount or a driver can come up with.
    default:
      return { code: 'STORE_FAILED' };
  }
}
