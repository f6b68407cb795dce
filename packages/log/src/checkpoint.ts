import { join } from 'node:path';
import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { SlipstreamError, type WatchCursor } from '@slipstream/core';
import { LogFile } from './append-log/log-file.js';
import type { LogFileSystem } from './file-system/log-file-system.js';
import { readFully, writeFully } from './file-system/transfer.js';
import { logName, makeDirectoryIfMissing, temporaryName } from './fold-directory.js';

const CHUNK_BYTES = 1024 * 1024;

/** A copy starts with the first generation: it is a fold of its own. */
const GENERATION = 1;

/** What to copy, and where to. */
export interface CheckpointParts {
  readonly log: LogFile;
  /** Of the last commit in the log. */
  readonly cursor: WatchCursor;
  readonly directory: string;
  readonly fileSystem: LogFileSystem;
}

/**
 * Copies the commits that a log has when this is called into an empty directory, which is made when it is
 * missing. Committed bytes never change, so commits and compactions may follow at once.
 * The copy is sealed and durable when this resolves. A failure leaves the directory empty, if the disk allows it:
 * half of a copy does not fill the disk, and the same call may be repeated.
 * @throws `ALREADY_EXISTS` when the directory holds anything.
 */
export async function writeCheckpoint({
  log,
  cursor,
  directory,
  fileSystem,
}: CheckpointParts): Promise<void> {
  const unpin = log.pin();
  const { tail } = log;
  try {
    await requireEmpty(directory, fileSystem);
    const path = join(directory, logName(GENERATION));
    const temporary = temporaryName(path);
    try {
      const file = await fileSystem.open(temporary, 'create');
      const copy = new LogFile({ file, path, generation: GENERATION, seed: log.seed }, tail);
      try {
        await copyBytes(log, tail.length, copy);
        await copy.flush();
        await copy.append([], cursor, true);
      } finally {
        await copy.close();
      }
      await fileSystem.rename(temporary, path);
      await fileSystem.syncDirectory(directory);
    } catch (error) {
      for (const left of [temporary, path]) await fileSystem.remove(left).catch(() => undefined);
      throw error;
    }
  } finally {
    unpin();
  }
}

async function requireEmpty(directory: string, fileSystem: LogFileSystem): Promise<void> {
  await makeDirectoryIfMissing(directory, fileSystem);
  const [name] = await fileSystem.list(directory);
  if (name === undefined) return;
  throw new SlipstreamError('ALREADY_EXISTS', `${directory} is not empty: it holds ${name}`);
}

async function copyBytes(log: LogFile, length: number, copy: LogFile): Promise<void> {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length));
  for (let at = 0; at < length; ) {
    const part = chunk.subarray(0, length - at);
    const count = await readFully(log.file, part, at);
    if (count < part.length)
      throw damagedFoldError(`${log.path} ends at byte ${at + count}, before ${length}`);
    await writeFully(copy.file, part, at);
    at += count;
  }
}
