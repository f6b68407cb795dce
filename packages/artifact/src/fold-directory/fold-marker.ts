import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../file-system/sync-directory.js';
import { systemCode } from '../file-system/system-errors.js';
import { damagedFold } from './fold-errors.js';

/** Says whose fold a directory is. */
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
export async function writeFoldMarker(
  directory: string,
  { backend, formatVersion }: FoldMarker,
): Promise<void> {
  const path = join(directory, MARKER_NAME);
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify({ backend, formatVersion })}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(directory);
}

/**
 * The marker of a directory; `undefined` when there is none.
 * @throws `CORRUPTED` when it is not what {@link writeFoldMarker} wrote.
 */
export async function readFoldMarker(directory: string): Promise<FoldMarker | undefined> {
  const path = join(directory, MARKER_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const marker = parse(text);
  if (marker === undefined) throw damagedFold(`${path} does not say which engine the fold is of`);
  return marker;
}

function parse(text: string): FoldMarker | undefined {
  try {
    const { backend, formatVersion } = JSON.parse(text) as Partial<FoldMarker>;
    if (typeof backend === 'string' && typeof formatVersion === 'string') return { backend, formatVersion };
  } catch {
    // Not JSON, or `null`: no marker of ours.
  }
  return undefined;
}
