import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { syncDirectory } from '../file-system/sync-directory.js';
import { foldFileError, incompatibleFoldError } from './fold-errors.js';
import { FoldLock, LOCK_NAME } from './fold-lock.js';
import {
  type FoldMarker,
  MARKER_NAME,
  readFoldMarker,
  writeCreationMarker,
  writeFoldMarker,
} from './fold-marker.js';
import { makeDirectoryIfMissing } from './make-directory.js';

/** An engine, as far as directories go. */
export interface FoldKind extends FoldMarker {
  /**
   * Whether the engine gives one of its files this name: such files are removed when the creation of a fold was
   * interrupted. Not `fold.json`, nor a name that begins with `fold.lock`: these belong to the directory itself.
   */
  isEngineFile(name: string): boolean;
}

/** How a directory is entered. */
export interface EnterOptions {
  /**
   * For an engine that its owner opened, so that its files are there before the fold is: whether they hold nothing
   * yet. If so, they are accepted without a marker. They are never removed.
   * @defaultValue none: the engine's files without a marker are refused
   */
  readonly isEngineEmpty?: (() => boolean) | undefined;
}

/** A directory that holds a fold of one engine, or will, and that is open nowhere else. */
export interface FoldDirectory {
  /** Absolute. */
  readonly path: string;
  /**
   * Whether the fold was completed once: its files have to be there. `false`: none of them is there, unless the
   * engine had them open.
   */
  readonly isComplete: boolean;
  /** The fold is complete: the engine's files hold an empty fold at least, safe on the disk. */
  complete(): Promise<void>;
  /** Lets others open it. May be called again. */
  release(): void;
}

/**
 * Locks the directory of a fold, which is made when it is missing; its parent exists. Nothing is written before it is
 * known to be a fold of this engine, or empty.
 *
 * A new fold is marked as being created before this resolves, and as complete by {@link FoldDirectory.complete}. So
 * files of the engine without either marker are never those of an interrupted creation, and never removed.
 *
 * @throws `LOCKED` when the fold is open, here or in another process. `INCOMPATIBLE` when the directory holds
 * something else, the fold of another engine or format, or files of the engine without a marker. `CORRUPTED` when its
 * marker is damaged. `INVALID_PATH` when the path is a file, has no parent, or cannot be written. `STORE_FAILED`: the
 * disk fails. {@link TypeError} when the engine claims a name that belongs to the directory itself.
 */
export async function enterFoldDirectory(
  path: string,
  kind: FoldKind,
  options: EnterOptions = {},
): Promise<FoldDirectory> {
  for (const name of [MARKER_NAME, LOCK_NAME]) {
    if (kind.isEngineFile(name))
      throw new TypeError(`${kind.backend}: ${name} cannot be the name of an engine's file`);
  }
  const directory = resolve(path);
  try {
    await makeDirectoryIfMissing(directory);
    await isCompleteFold(directory, kind, options);
    const lock = FoldLock.take(directory);
    try {
      // Again: the previous owner of the lock may have created the fold.
      const isComplete = await isCompleteFold(directory, kind, options);
      // A process that was killed may have written the marker without flushing its name.
      if (isComplete) await syncDirectory(directory);
      else await beginCreation(directory, kind, options);
      return {
        path: directory,
        isComplete,
        complete: () => completeCreation(directory, kind),
        release: () => lock.release(),
      };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw foldFileError(error, `opening the ${kind.backend} fold ${directory}`);
  }
}

async function beginCreation(
  directory: string,
  kind: FoldKind,
  { isEngineEmpty }: EnterOptions,
): Promise<void> {
  await writeCreationMarker(directory, kind);
  if (isEngineEmpty !== undefined) return;
  for (const name of await readdir(directory)) {
    if (kind.isEngineFile(name)) await rm(join(directory, name));
  }
}

async function completeCreation(directory: string, kind: FoldKind): Promise<void> {
  // The names of the engine's files, before the marker says that they are there.
  await syncDirectory(directory);
  await writeFoldMarker(directory, kind);
}

/** Whether the directory holds a complete fold of this kind; `false`: nothing yet, or an interrupted creation. */
async function isCompleteFold(directory: string, kind: FoldKind, options: EnterOptions): Promise<boolean> {
  const names = await readdir(directory);
  const marker = await readFoldMarker(directory);
  if (marker === undefined) {
    assertVacant(directory, names, kind, options);
    return false;
  }
  if (marker.backend !== kind.backend) {
    throw incompatibleFoldError(
      `${directory} is a fold of ${marker.backend}, not of ${kind.backend}`,
      'Open it with the engine that made it, or choose an empty directory.',
    );
  }
  if (marker.formatVersion !== kind.formatVersion) {
    throw incompatibleFoldError(
      `${directory} has format ${marker.formatVersion}; this package reads format ${kind.formatVersion}`,
      `Use the version of @slipstream/${kind.backend} that wrote it, or start over from an artifact.`,
    );
  }
  return marker.isComplete;
}

/** @throws `INCOMPATIBLE` when a directory without a marker holds anything that would be lost or in the way. */
function assertVacant(
  directory: string,
  names: readonly string[],
  kind: FoldKind,
  { isEngineEmpty }: EnterOptions,
): void {
  const found = names.filter((name) => !isHarmless(name));
  const foreign = found.filter((name) => !kind.isEngineFile(name));
  if (foreign.length > 0) {
    throw incompatibleFoldError(
      `${directory} is not a ${kind.backend} fold: it holds ${foreign.slice(0, 3).join(', ')}`,
      'Open it with the engine that made it, or choose an empty directory.',
    );
  }
  if (found.length === 0 || isEngineEmpty?.()) return;
  throw incompatibleFoldError(
    `${directory} holds ${found.slice(0, 3).join(', ')}, but no ${MARKER_NAME}`,
    `A fold is copied with its ${MARKER_NAME}: copy the whole directory. To start with an empty fold, choose an empty directory.`,
  );
}

/** Files of this module, and what operating systems put into directories. */
function isHarmless(name: string): boolean {
  return (
    name.startsWith(LOCK_NAME) ||
    name === `${MARKER_NAME}.tmp` ||
    name === 'lost+found' ||
    name.startsWith('.')
  );
}
