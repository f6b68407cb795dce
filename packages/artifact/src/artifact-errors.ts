import { SlipstreamError } from '@slipstream/core';
import { type FailureHints, systemCode, systemError } from './file-system/system-errors.js';

/** `ARTIFACT_INVALID`: a rule of the format is broken. */
export function invalidArtifactError(what: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('ARTIFACT_INVALID', what, {
    cause,
    hint: 'Fetch the artifact again, or take another; do not repair it by hand.',
  });
}

/** `ALREADY_EXISTS`: the destination is not free. */
export function destinationTakenError(path: string, what: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('ALREADY_EXISTS', `${path} ${what}`, {
    cause,
    hint: 'Choose a path where nothing is, or an empty directory.',
  });
}

const HINTS: FailureHints = Object.freeze({
  wrongPath: 'The parent of the destination must be an existing directory.',
  forbidden: 'The process must be able to write next to the destination.',
  full: 'Free space on the disk of the destination.',
  busy: 'If the destination is a mount point, choose a directory below it.',
});

/** A failure of the file system while an artifact is made or read: see {@link systemError}. */
export function fileSystemError(error: unknown, what: string): unknown {
  return systemError(error, what, HINTS);
}

/** What an engine said when it opened or filled a fold from an artifact whose bytes are as declared. */
export function refusedByEngineError(error: unknown, what: string): unknown {
  if (!SlipstreamError.is(error)) {
    // A system error is the machine's fault; any other foreign one is how the engine chokes on these bytes.
    if (systemCode(error) !== undefined) return fileSystemError(error, what);
    return invalidArtifactError(`${what}: the engine failed: ${String(error)}`, error);
  }
  switch (error.code) {
    // The bytes are as they were hashed: the artifact was made wrong, and not damaged since.
    case 'CORRUPTED':
    case 'INCOMPATIBLE':
    case 'INVALID_KEY':
      return invalidArtifactError(`${what}: ${error.message}`, error);
    default:
      return error;
  }
}
