import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import {
  damagedFold,
  foldFileError,
  incompatibleFold,
  systemCode,
} from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

/** What `lmdb` throws: its number is in `code`, an LMDB one below zero or the system's `errno`. */
type EngineError = Error & { readonly code?: unknown; readonly commitError?: unknown };

/**
 * A failure of the engine or the file system as an error of ours. Errors that already are, and mistakes in
 * arguments, pass.
 * @param what - What was being done to which path, as the start of a sentence.
 */
export function engineError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || SlipstreamError.is(error)) return error;
  const message = `${what} failed: ${error.message}`;
  if (isPanic(error)) {
    const hint =
      'LMDB could not write the head of its file. It reads and writes nothing more in this process.';
    return storeFailed(message, error, hint);
  }
  if (error instanceof UntoldFailure) {
    return storeFailed(
      message,
      error,
      'See what the process printed to the standard error: is the disk full?',
    );
  }
  switch (Number((error as EngineError).code)) {
    case -30797: // MDB_PAGE_NOTFOUND: the tree points past the end of the file
    case -30796: // MDB_CORRUPTED: a page is not of the kind that the tree says
    case -30793: // MDB_INVALID: the file does not begin as a database does
    case -30778: // MDB_BAD_CHECKSUM: an encrypted page is not what was written
      return damagedFold(message, error);
    case -30794: // MDB_VERSION_MISMATCH: written by another major version of LMDB
    case -30784: // MDB_INCOMPATIBLE: opened with other flags than it was made with
      return incompatibleFold(message, 'Begin anew from an artifact, or list the bucket.', error);
    case -30790: // MDB_READERS_FULL: more ranges stand open than there are places for readers
      return storeFailed(message, error, 'Leave ranges that are not read to their end, or raise maxReaders.');
    case -30792: // MDB_MAP_FULL: the address space for the map is used up
      return storeFailed(message, error, 'The process may not map as much memory; raise its limits.');
    case constants.errno.EIO: // Of a write that was cut short, too; reads go through the map, and fail otherwise
      return storeFailed(
        message,
        error,
        'LMDB says so when it could write a part only: is the disk full, or a quota or a limit of file sizes reached?',
      );
    default:
      // The system's, which the engine passes on as a number. Whatever else LMDB says of a transaction
      // means that it was given up.
      return foldFileError(withSystemCode(error), what);
  }
}

/**
 * Whether the engine has given up for good: it answers to reads with this error, and to commits never. Only the first
 * of them has the right code (-30795).
 */
export function isPanic(error: unknown): boolean {
  return error instanceof Error && error.message.includes('MDB_PANIC');
}

class UntoldFailure extends Error {}

/** How long the engine is given to tell why a commit failed. */
const REASON_MS = 1000;

/**
 * What a commit on the engine's writer thread failed with: it rejects with a wrapper. When the commit before is
 * still being flushed, the engine forgets to tell (lmdb 3.5.6); it prints it all the same.
 */
export async function commitFailure(error: unknown): Promise<unknown> {
  const reason = error instanceof Error ? (error as EngineError).commitError : undefined;
  if (!(reason instanceof Promise)) return error;
  const untold = new UntoldFailure('LMDB printed why, and did not tell', { cause: error });
  const cause = reason.then(
    () => untold,
    (told: unknown) => told,
  );
  return Promise.race([cause, setTimeout(REASON_MS, untold)]);
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
