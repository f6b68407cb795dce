import { SlipstreamError } from '@slipstream/core';
import { type FailureHints, systemError } from '../file-system/system-errors.js';

/** `CORRUPTED`: bytes of the fold are not the ones that were written. Nothing was changed. */
export function damagedFoldError(what: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('CORRUPTED', what, {
    cause,
    hint: 'Remove the directory; then import an artifact into it, or let the watch list the bucket again.',
  });
}

/** `INCOMPATIBLE`: intact, but of another engine, version or program. */
export function incompatibleFoldError(what: string, hint: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('INCOMPATIBLE', what, { cause, hint });
}

const HINTS: FailureHints = Object.freeze({
  wrongPath: 'The path must be a directory, or its parent must exist.',
  forbidden: 'The process must be able to read and write the directory.',
  full: 'Free space on the disk.',
});

/**
 * A failure of the file system as an error of ours. Errors that already are, and mistakes in arguments, pass.
 * @param what - What was being done to which path, as the start of a sentence.
 */
export function foldFileError(error: unknown, what: string): unknown {
  return systemError(error, what, HINTS);
}
