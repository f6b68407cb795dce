import { type ErrorCode, SlipstreamError } from '@slipstream/core';

/** `ARTIFACT_INVALID`: a rule of the format is broken. */
export function invalidArtifact(what: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('ARTIFACT_INVALID', what, {
    cause,
    hint: 'Fetch the artifact again, or take another; do not repair it by hand.',
  });
}

/** `ALREADY_EXISTS`: what is to be made must not be there yet. */
export function destinationTaken(path: string, what: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('ALREADY_EXISTS', `${path} ${what}`, {
    cause,
    hint: 'Choose a path where nothing is, or an empty directory.',
  });
}

/**
 * A failure of the file system as an error of ours. Errors that already are, and mistakes in arguments, pass.
 * @param what - What was being done to which path, as the start of a sentence.
 */
export function fileSystemError(error: unknown, what: string): unknown {
  if (SlipstreamError.is(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const { code, hint } = classify(systemCode(error));
  const reason = error instanceof Error ? error.message : String(error);
  return new SlipstreamError(code, `${what} failed: ${reason}`, { cause: error, hint });
}

/** What an engine said when it opened or filled a fold from an artifact whose bytes are as declared. */
export function engineRefused(error: unknown, what: string): unknown {
  if (!SlipstreamError.is(error)) {
    // A system error is the machine's fault; any other foreign one is how the engine chokes on these bytes.
    if (systemCode(error) !== undefined) return fileSystemError(error, what);
    return invalidArtifact(`${what}: the engine failed: ${String(error)}`, error);
  }
  switch (error.code) {
    // The engine cannot read what somebody hashed and declared: made wrong, not damaged since.
    case 'CORRUPTED':
    case 'INCOMPATIBLE':
    case 'INVALID_KEY':
      return invalidArtifact(`${what}: ${error.message}`, error);
    default:
      return error;
  }
}

/** The system's name for a failure: `ENOSPC`, `EACCES`, … */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function classify(code: string | undefined): { code: ErrorCode; hint?: string } {
  switch (code) {
    // Part of the path is missing, or is no directory, or something else than expected has the name.
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return { code: 'INVALID_PATH', hint: 'The parent of the destination is an existing directory.' };
    // The path is right, this process may not use it.
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'INVALID_PATH', hint: 'The process needs to write next to the destination.' };
    // A mount point, which no rename replaces.
    case 'EBUSY':
    case 'EXDEV':
      return {
        code: 'INVALID_PATH',
        hint: 'If the destination is a mount point, choose a directory below it.',
      };
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return { code: 'STORE_FAILED', hint: 'Free space on the disk of the destination.' };
    case 'EMFILE':
    case 'ENFILE':
      return { code: 'STORE_FAILED', hint: 'Raise the limit of open files.' };
    // EIO, and whatever else a disk, a network mount or a driver can come up with.
    default:
      return { code: 'STORE_FAILED' };
  }
}
