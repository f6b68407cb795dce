import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedFold } from '@slipstream/artifact/fold-directory';
import { findHole } from './find-hole.js';
import type { ManifestState } from './manifest-state.js';

/**
 * Sees to it that LevelDB finds exactly the commits up to the first that is missing: what a power loss left
 * behind a hole is cut off. The database is closed, and nobody else opens it.
 * @throws `CORRUPTED`, and nothing was touched, when what is missing had been flushed.
 */
export async function mendLog(directory: string, state: ManifestState): Promise<void> {
  const hole = await findHole(directory, await readdir(directory), state);
  if (hole === undefined) return;
  const { log, at, later, isDamage } = hole;
  if (isDamage) {
    throw damagedFold(
      `${join(directory, log)}: damaged at byte ${at}, and commits behind it say it was flushed`,
    );
  }
  // The last first: a crash in between leaves a hole that is found again, or none.
  for (const name of later.toReversed()) await cut(join(directory, name), 0);
  await cut(join(directory, log), at);
}

async function cut(path: string, length: number): Promise<void> {
  await using file = await open(path, 'r+');
  await file.truncate(length);
  await file.sync();
}
