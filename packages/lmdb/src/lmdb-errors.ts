import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import {
  damagedFoldError,
  foldFileError,
  incompatibleFoldError,
  systemCode,
} from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/** What `lmdb` throws: `code` is a negative number of LMDB's, or the system's `errno`. */
type EngineError = Error & { readonly code?: unknown; readonly commitError?: unknown };

/**
 * Turns a failure of the engine or the file system into a `SlipstreamError`. Errors that already are one, `TypeError`
 * and `RangeError` pass.
 * @param what - What failed at which path, as the start of the message.
 */
export function engineError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || SlipstreamError.is(error)) return error;
  const message = `${what} failed: ${error.message}`;
  if (isPanic(error)) {
    const hint =
      'LMDB could not write the header of its file, and refuses everything from now on. Restart the process.';
    return storeFailed(message, error, hint);
  }
  if (error instanceof UnreportedFailure) {
    return storeFailed(
      message,
      error,
      'LMDB printed the reason to the standard error of the process. Check for a full disk.',
    );
  }
  switch (Number((error as EngineError).code)) {
    case -30797: // MDB_PAGE_NOTFOUND: the tree points past the end of the file
    case -30796: // MDB_CORRUPTED: a page is not of the kind that the tree says
    case -30793: // MDB_INVALID: the file does not begin as a database does
    case -30778: // MDB_BAD_CHECKSUM: an encrypted page is not what was written
      return damagedFoldError(message, error);
    case -30794: // MDB_VERSION_MISMATCH: written by another major version of LMDB
    case -30784: // MDB_INCOMPATIBLE: opened with other flags than it was made with
      return incompatibleFoldError(
        message,
        'Start over from an artifact, or let the watch list the bucket.',
        error,
      );
    case -30790: // MDB_READERS_FULL: more ranges are open than there are reader slots
      return storeFailed(message, error, 'End ranges that are not read to their end, or raise maxReaders.');
    case -30792: // MDB_MAP_FULL: the address space for the map is used up
      return storeFailed(message, error, 'The process may not map this much memory; raise its limits.');
    case constants.errno.EIO: // Also of a write that was cut short; reads go through the map, and fail differently
      return storeFailed(
        message,
        error,
        'LMDB reports EIO when a write was cut short. Check for a full disk, a quota or a file size limit (RLIMIT_FSIZE).',
      );
    default:
      // The system's errno, which the engine passes on as a number. Any other error of LMDB's means that the
      // transaction was aborted.
      return foldFileError(withSystemCode(error), what);
  }
}

/**
 * Whether the engine has given up for good: reads get this error, commits no answer. Only the first one has the right
 * code (-30795).
 */
export function isPanic(error: unknown): boolean {
  return error instanceof Error && error.message.includes('MDB_PANIC');
}

class UnreportedFailure extends Error {}

/** How long to wait for the engine to report why a commit failed. */
const REASON_MS = 1000;

/**
 * The reason why a commit on the engine's writer thread failed: the engine rejects with a wrapper. While the commit
 * before is being flushed, it sometimes does not report the reason (lmdb 3.5.6); it still prints it.
 */
export async function commitFailure(error: unknown): Promise<unknown> {
  const reason = error instanceof Error ? (error as EngineError).commitError : undefined;
  if (!(reason instanceof Promise)) return error;
  const unreported = new UnreportedFailure('LMDB printed the reason, but did not report it', {
    cause: error,
  });
  const cause = reason.then(
    () => unreported,
    (reported: unknown) => reported,
  );
  return Promise.race([cause, setTimeout(REASON_MS, unreported)]);
}

function storeFailed(message: string, cause: Error, hint: string): SlipstreamError {
  return new SlipstreamError('STORE_FAILED', message, { cause, hint });
}

const systemNames = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

function withSystemCode(error: Error): Error {
  const name = systemNames.get(Number(systemCode(error)));
  return name === undefined
    ? error
    : Object.assign(new Error(error.message, { cause: error }), { code: name });
}
