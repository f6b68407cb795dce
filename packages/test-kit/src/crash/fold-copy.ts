import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '../suite/temporary-directory.js';

/** A copy of a fold's folder in a temporary one of its own, to be damaged. */
export async function copyOf(directory: string): Promise<TemporaryDirectory> {
  const copy = await temporaryDirectory();
  await cp(directory, copy.path, { recursive: true });
  return copy;
}

/** Every file below `directory`, by its path relative to it, with its bytes. */
export async function filesBelow(directory: string): Promise<Map<string, Buffer>> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of found.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(directory.length + 1), await readFile(path));
  }
  return files;
}

/** One number for the content of each file, by path. */
export function digests(files: ReadonlyMap<string, Buffer>): Map<string, string> {
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  return new Map([...files].map(([path, bytes]) => [path, digest(bytes)]));
}
