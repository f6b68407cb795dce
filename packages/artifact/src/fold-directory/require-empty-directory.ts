import { readdir } from 'node:fs/promises';
import { SlipstreamError } from '@slipstream/core';
import { makeDirectoryIfMissing } from './make-directory.js';

/**
 * Ensures an empty directory, for a copy of a fold; it is made when it is missing, its parent exists.
 * @throws `ALREADY_EXISTS` when it holds anything; else what the system says.
 */
export async function requireEmptyDirectory(path: string): Promise<void> {
  await makeDirectoryIfMissing(path);
  const [name] = await readdir(path);
  if (name === undefined) return;
  throw new SlipstreamError('ALREADY_EXISTS', `${path} is not empty: it holds ${name}`);
}
