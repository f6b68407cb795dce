import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  damagedFoldError,
  enterFoldDirectory,
  type FoldDirectory,
  LOCK_NAME,
  requireEmptyDirectory,
} from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';
import { hasRightChecksum } from './checksummed-record.js';
import type { FoldPosition } from './fold-position.js';
import { stateOperations } from './fold-state.js';
import { ENTRIES, keyOfEntry } from './keyspace.js';
import type { ResolvedLevelConfig } from './level-config.js';
import { ENCODINGS, type LevelEngine, type LevelSnapshot } from './level-engine.js';
import { levelFoldKind } from './level-format.js';
import { openLevel } from './open-fold.js';
import { type LevelRow, readPages } from './read-pages.js';

/** What to copy, and where. */
export interface CheckpointParts {
  readonly engine: LevelEngine;
  readonly snapshot: LevelSnapshot;
  /** Of the snapshot. */
  readonly position: FoldPosition;
  readonly directory: string;
  readonly config: ResolvedLevelConfig;
}

/**
 * Writes the entries of a snapshot into a new fold: LevelDB cannot copy its files as of one moment. The copy is
 * counted and flushed when this resolves. A failure leaves the directory empty: half a copy does not fill up a full
 * disk, and the same call may be repeated.
 * @throws `ALREADY_EXISTS` when the directory is not empty; `CORRUPTED` when a record fails its checksum.
 */
export async function writeCheckpoint(parts: CheckpointParts): Promise<void> {
  await requireEmptyDirectory(parts.directory);
  const directory = await enterFoldDirectory(parts.directory, levelFoldKind);
  const { path, isComplete } = directory;
  try {
    // Another process was faster.
    if (isComplete) throw new SlipstreamError('ALREADY_EXISTS', `${path} has become a fold`);
    await writeCopy(directory, parts);
  } catch (error) {
    if (!isComplete) await removeFiles(path);
    throw error;
  } finally {
    directory.release();
  }
}

async function writeCopy({ path, complete }: FoldDirectory, parts: CheckpointParts): Promise<void> {
  const copy = await openLevel(path, parts.config, true);
  try {
    await copyInto(copy, parts);
  } finally {
    await copy.close();
  }
  await syncFiles(path);
  await complete();
}

/** The next page is read while one is written. */
async function copyInto(copy: LevelEngine, { engine, snapshot, position }: CheckpointParts): Promise<void> {
  let entries = 0;
  let writing = Promise.resolve();
  for await (const page of readPages(engine, { bounds: ENTRIES, snapshot })) {
    entries += page.length;
    assertChecksums(page, engine.location);
    await writing;
    const operations = page.map(([key, value]) => ({ type: 'put', key, value }) as const);
    writing = copy.batch(operations, { ...ENCODINGS, sync: false });
    // Awaited above, after the next page is read; a rejection must not count as unhandled until then.
    writing.catch(() => undefined);
  }
  await writing;
  await copy.batch(stateOperations(position, entries), { ...ENCODINGS, sync: true });
}

async function syncFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    // LevelDB's and the fold's own locks: a lock is lost when its file is closed.
    if (/lock$/i.test(name)) continue;
    const file = await open(join(directory, name), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** A copy must not carry damage to other machines. */
function assertChecksums(page: readonly LevelRow[], location = 'the fold'): void {
  const damaged = page.find(([key, stored]) => !hasRightChecksum(key, stored));
  if (damaged === undefined) return;
  const key = JSON.stringify(keyOfEntry(damaged[0]));
  throw damagedFoldError(`${location}: the record of ${key} fails its checksum`);
}

/** Keeps the lock, which its release removes. A failure here must not hide the failure that led here. */
async function removeFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (!name.startsWith(LOCK_NAME)) await rm(join(directory, name), { force: true }).catch(() => undefined);
  }
}
