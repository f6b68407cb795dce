import { readdir } from 'node:fs/promises';

/** Why the folds cannot be kept there; `undefined`: they can. Other files are never touched. */
export async function dataDirectoryProblem(path: string): Promise<string | undefined> {
  try {
    const names = await readdir(path);
    return names.length === 0 ? undefined : `--data is ${path}, which is not empty`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' ? undefined : `--data is ${path}, which is not a folder (${code})`;
  }
}
