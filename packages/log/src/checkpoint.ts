import { join } from 'node:path';
import { SlipstreamError, type WatchCursor } from '@slipstream/core';
import type { LogFileSystem } from './file-system/log-file-system.js';
import { readFully, writeFully } from './file-system/transfer.js';
import { logName, makeDirectoryIfMissing, temporaryName } from './fold-directory.js';
import { LogFile } from './log/log-file.js';
import { damagedError } from './log-errors.js';

const CHUNK_BYTES = 1024 * 1024;

/** Every copy begins anew: it is a fold of its own. */
const GENERATION = 1;

/**
 * Copies the commits of a log, as they stand, into an empty directory, which is made when it is missing. The
 * copy is sealed and safe on the disk when this resolves.
 * @throws `ALREADY_EXISTS` when the directory holds anything.
 */
export async function writeCheckpoint(
  log: LogFile,
  cursor: WatchCursor,
  directory: string,
  fileSystem: LogFileSystem,
): Promise<void> {
  const unpin = log.pin();
  try {
    await requireEmpty(directory, fileSystem);
    const path = join(directory, logName(GENERATION));
    const file = await fileSystem.open(temporaryName(path), 'create');
    const copy = new LogFile({ file, path, generation: GENERATION, seed: log.seed }, log.tail);
    try {
      await copyBytes(log, copy);
      await copy.flush();
      await copy.append([], cursor, true);
    } finally {
      await copy.close();
    }
    await fileSystem.rename(temporaryName(path), path);
    await fileSystem.syncDirectory(directory);
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

async function copyBytes(log: LogFile, copy: LogFile): Promise<void> {
  const { length } = log.tail;
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length));
  for (let at = 0; at < length; ) {
    const part = chunk.subarray(0, length - at);
    const count = await readFully(log.file, part, at);
    if (count < part.length) throw damagedError(`${log.path} ends at byte ${at + count}, before ${length}`);
    await writeFully(copy.file, part, at);
    at += count;
  }
}
