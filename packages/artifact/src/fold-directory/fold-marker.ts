import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../file-system/sync-directory.js';
import { systemCode } from '../file-system/system-errors.js';
import { damagedFoldError } from './fold-errors.js';

/** Says whose fold a directory is, and whether its creation is done. */
export const MARKER_NAME = 'fold.json';

/** What a marker says. */
export interface FoldMarker {
  readonly backend: string;
  readonly formatVersion: string;
}

/**
 * Marks the directory as a complete fold of this engine, safe on the disk: whatever the engine needs in it is
 * there already.
 */
export function writeFoldMarker(directory: string, { backend, formatVersion }: FoldMarker): Promise<void> {
  return writeMarker(directory, { backend, formatVersion });
}

/** Marks the directory as one in which a fold is being created, before the engine makes its first file. */
export function writeCreationMarker(
  directory: string,
  { backend, formatVersion }: FoldMarker,
): Promise<void> {
  return writeMarker(directory, { backend, formatVersion, state: CREATING });
}

const CREATING = 'creating';

async function writeMarker(directory: string, marker: object): Promise<void> {
  const path = join(directory, MARKER_NAME);
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(marker)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(directory);
}

/** A marker that was read. */
export interface FoundMarker extends FoldMarker {
  /** `false`: the creation of the fold was interrupted, so nothing was ever committed to it. */
  readonly isComplete: boolean;
}

/**
 * The marker of a directory; `undefined` when there is none.
 * @throws `CORRUPTED` when it is not one that was written here.
 */
export async function readFoldMarker(directory: string): Promise<FoundMarker | undefined> {
  const path = join(directory, MARKER_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const marker = parse(text);
  if (marker === undefined) throw damagedFoldError(`${path} does not say which engine the fold is of`);
  return marker;
}

function parse(text: string): FoundMarker | undefined {
  try {
    const { backend, formatVersion, state } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (typeof backend !== 'string' || typeof formatVersion !== 'string') return undefined;
    if (state !== undefined && state !== CREATING) return undefined;
    return { backend, formatVersion, isComplete: state === undefined };
  } catch {
    return undefined; // Not JSON, or `null`.
  }
}
