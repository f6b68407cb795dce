import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { findHole } from './find-hole.js';
import type { ManifestState } from './manifest-state.js';

/**
 * Makes sure that LevelDB finds exactly the commits up to the first that is missing: what a power loss left after a
 * hole is truncated. The database is closed, and not opened elsewhere.
 * @throws `CORRUPTED`, and nothing was touched, when what is missing had been flushed.
 */
export async function repairLog(directory: string, state: ManifestState): Promise<void> {
  const hole = await findHole(directory, await readdir(directory), state);
  if (hole === undefined) return;
  const { log, at, later, isDamage } = hole;
  if (isDamage) {
    throw damagedFoldError(
      `${join(directory, log)}: damaged at byte ${at}, which had been flushed according to later commits`,
    );
  }
  // The last first: a crash in between leaves a hole that is found again, or none.
  for (const name of later.toReversed()) await truncate(join(directory, name), 0);
  await truncate(join(directory, log), at);
}

async function truncate(path: string, length: number): Promise<void> {
  await using file = await open(path, 'r+');
  await file.truncate(length);
  await file.sync();
}
