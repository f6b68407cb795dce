import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { foldFileError, incompatibleFold } from './fold-errors.js';
import { FoldLock, LOCK_NAME } from './fold-lock.js';
import { type FoldMarker, MARKER_NAME, readFoldMarker, writeFoldMarker } from './fold-marker.js';
import { makeDirectoryIfMissing } from './make-directory.js';

/** An engine, as far as directories go. */
export interface FoldKind extends FoldMarker {
  /**
   * Whether the engine gives one of its files this name: what a creation that was interrupted leaves. Not
   * `fold.json`, nor what begins with `fold.lock`: these are the directory's own.
   */
  isEngineFile(name: string): boolean;
}

/** A directory that holds a fold of one engine, or will, and that nobody else has open. */
export interface FoldDirectory {
  /** Absolute. */
  readonly path: string;
  /** Whether the fold was completed once: its files have to be there. */
  readonly isComplete: boolean;
  /** The fold is complete: the engine's files hold an empty fold at least. */
  complete(): Promise<void>;
  /** Lets others open it. May be called again. */
  release(): void;
}

/**
 * Takes possession of the directory of a fold, which is made when it is missing; its parent exists. Nothing
 * is written before it is known to be a fold of this engine, or empty.
 *
 * @throws `LOCKED` when the fold is open, here or in another process. `INCOMPATIBLE` when the directory holds
 * something else, or the fold of another engine or format. `CORRUPTED` when its marker is damaged.
 * `INVALID_PATH` when the path is a file, has no parent, or cannot be written. `STORE_FAILED`: the disk fails.
 * {@link TypeError} when the engine claims a name that is the directory's own.
 */
export async function enterFoldDirectory(path: string, kind: FoldKind): Promise<FoldDirectory> {
  for (const name of [MARKER_NAME, LOCK_NAME]) {
    if (kind.isEngineFile(name))
      throw new TypeError(`${kind.backend}: ${name} is no name for an engine's file`);
  }
  const directory = resolve(path);
  try {
    await makeDirectoryIfMissing(directory);
    await isCompleteFold(directory, kind);
    const lock = FoldLock.take(directory);
    try {
      // Again: whoever held the lock until now may have made it one.
      const isComplete = await isCompleteFold(directory, kind);
      return {
        path: directory,
        isComplete,
        complete: () => writeFoldMarker(directory, kind),
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

/** Whether the directory holds a fold of this kind; `false`: nothing yet. */
async function isCompleteFold(directory: string, kind: FoldKind): Promise<boolean> {
  const names = await readdir(directory);
  const marker = await readFoldMarker(directory);
  if (marker === undefined) {
    const strangers = names.filter((name) => !isHarmless(name) && !kind.isEngineFile(name));
    if (strangers.length === 0) return false;
    throw incompatibleFold(
      `${directory} is no ${kind.backend} fold: it holds ${strangers.slice(0, 3).join(', ')}`,
      'Open it with the engine that made it, or choose an empty directory.',
    );
  }
  if (marker.backend !== kind.backend) {
    throw incompatibleFold(
      `${directory} is a fold of ${marker.backend}, not of ${kind.backend}`,
      'Open it with the engine that made it, or choose an empty directory.',
    );
  }
  if (marker.formatVersion !== kind.formatVersion) {
    throw incompatibleFold(
      `${directory} has format ${marker.formatVersion}; this package reads format ${kind.formatVersion}`,
      `Use the version of @slipstream/${kind.backend} that wrote it, or begin anew from an artifact.`,
    );
  }
  return true;
}

/** What this folder makes before the fold is complete, and what systems put into directories unasked. */
function isHarmless(name: string): boolean {
  return (
    name.startsWith(LOCK_NAME) ||
    name === `${MARKER_NAME}.tmp` ||
    name === 'lost+found' ||
    name.startsWith('.')
  );
}
