import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  damagedFoldError,
  FoldLock,
  foldFileError,
  incompatibleFoldError,
} from '@slipstream/artifact/fold-directory';
import { Mutex, TimeSlice, WatchCursor } from '@slipstream/core';
import { LogDraft } from '../append-log/log-draft.js';
import { LogFile } from '../append-log/log-file.js';
import { readFully } from '../file-system/transfer.js';
import { type FoldDirectory, logName, makeDirectoryIfMissing, readFoldDirectory } from '../fold-directory.js';
import { decodeFileHeader, FILE_HEADER_BYTES, FORMAT_VERSION } from '../format/file-header.js';
import { LogIndex } from '../index/log-index.js';
import type { ResolvedLogConfig } from '../log-config.js';
import type { LogFold } from '../log-fold.js';
import { findProofOfDamage } from './proof-of-damage.js';
import { replayLog } from './replay.js';

const FIRST_GENERATION = 1;

/** Locks a directory and opens the fold in it, or creates one. Any failure leaves it unlocked. */
export async function openFold(
  path: string,
  config: ResolvedLogConfig,
): Promise<{ readonly fold: LogFold; readonly lock: FoldLock }> {
  const directory = resolve(path);
  try {
    await enterDirectory(directory, config);
    const lock = FoldLock.take(directory);
    try {
      return { fold: await openLocked(directory, config), lock };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw foldFileError(error, `opening the log fold ${directory}`);
  }
}

/** Makes the directory if need be. Inspected before it is locked: nothing is written to a foreign directory. */
async function enterDirectory(directory: string, { fileSystem }: ResolvedLogConfig): Promise<void> {
  await makeDirectoryIfMissing(directory, fileSystem);
  readFoldDirectory(directory, await fileSystem.list(directory));
}

async function openLocked(directory: string, config: ResolvedLogConfig): Promise<LogFold> {
  const { fileSystem } = config;
  const found = readFoldDirectory(directory, await fileSystem.list(directory));
  const fold =
    found.generation === undefined
      ? await beginFold(directory, config)
      : await readFold(directory, found.generation, config);
  await removeLeftovers(directory, found, config);
  return fold;
}

async function beginFold(directory: string, config: ResolvedLogConfig): Promise<LogFold> {
  const { fileSystem } = config;
  const draft = await LogDraft.begin({ fileSystem, directory, generation: FIRST_GENERATION });
  try {
    await draft.commit(WatchCursor.none);
    const log = await draft.publish();
    await fileSystem.syncDirectory(directory);
    return newFold({ directory, config, log, index: new LogIndex() });
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

async function readFold(directory: string, generation: number, config: ResolvedLogConfig): Promise<LogFold> {
  const { fileSystem, clock } = config;
  const path = join(directory, logName(generation));
  const file = await fileSystem.open(path, 'existing');
  try {
    const fileLength = await file.size();
    const header = Buffer.alloc(FILE_HEADER_BYTES);
    const seed = requireSeed(header.subarray(0, await readFully(file, header, 0)), path);
    const log = new LogFile({ file, path, generation, seed });
    const index = new LogIndex();
    const slice = new TimeSlice(clock, setImmediate);
    const replay = await replayLog(log, { fileLength, index, slice });
    // A log gets its name when its first commit is durable.
    if (replay.tail === undefined) throw damagedFoldError(`${path}: no whole commit at its start`);
    const proof = await findProofOfDamage(file, seed, replay.validLength, fileLength);
    if (proof !== undefined) {
      throw damagedFoldError(
        `${path}: damaged at byte ${replay.validLength}, which was flushed according to the frame at byte ${proof}`,
      );
    }
    const { cursor, sealedLength, unorderedRecords } = replay;
    await log.resumeAt(replay.tail, { fileLength, sealedLength });
    await makeFoundDurable(log, directory, config);
    return { ...newFold({ directory, config, log, index }), cursor, unorderedRecords };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * A process that was killed may have written the last commits, and given the log its name, without flushing
 * either. From now on they count: the log before this one is removed, and with `sync` the cursor
 * must survive a power loss.
 */
async function makeFoundDurable(
  log: LogFile,
  directory: string,
  { fileSystem, sync }: ResolvedLogConfig,
): Promise<void> {
  if (sync) await log.flush();
  await fileSystem.syncDirectory(directory);
}

function newFold(parts: Pick<LogFold, 'directory' | 'config' | 'log' | 'index'>): LogFold {
  parts.index.follow(parts.log);
  return {
    ...parts,
    appends: new Mutex(),
    retiring: undefined,
    cursor: WatchCursor.none,
    unorderedRecords: 0,
    directorySyncDue: false,
  };
}

function requireSeed(header: Buffer, path: string): number {
  const found = decodeFileHeader(header);
  switch (found.kind) {
    case 'readable':
      return found.seed;
    case 'other-version':
      throw incompatibleFoldError(
        `${path} has format ${found.version}; this package reads format ${FORMAT_VERSION}`,
        'Use the version of @slipstream/log that wrote it, or start over from an artifact.',
      );
    case 'no-log':
      throw incompatibleFoldError(`${path} is not a Slipstream log`, 'Choose another directory.');
    case 'damaged':
      throw damagedFoldError(`${path}: its first ${FILE_HEADER_BYTES} bytes are damaged`);
  }
}

/** What stays is removed later: it is never read while there is a higher generation. */
async function removeLeftovers(
  directory: string,
  { leftovers }: FoldDirectory,
  { fileSystem }: ResolvedLogConfig,
): Promise<void> {
  for (const name of leftovers) await fileSystem.remove(join(directory, name)).catch(() => undefined);
}
