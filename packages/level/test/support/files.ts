import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The log of a fold that was opened once. */
export async function logOf(directory: string): Promise<string> {
  const [name] = (await readdir(directory)).filter((each) => each.endsWith('.log'));
  return join(directory, name ?? 'no log');
}

/** Every file of a directory with its bytes. */
export async function contentsOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(directory)).sort();
  const contents = names.map(
    async (name) => [name, (await readFile(join(directory, name))).toString('latin1')] as const,
  );
  return new Map(await Promise.all(contents));
}
