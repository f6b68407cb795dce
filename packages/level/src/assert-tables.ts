import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedFoldError, systemCode } from '@slipstream/artifact/fold-directory';
import type { ManifestState } from './write-ahead-log/manifest-state.js';

/**
 * Asserts that every table is there, with the length that LevelDB gave it. LevelDB opens a table only when it reads from
 * it, long after it has begun to write, and reports a truncated one as an invalid argument.
 * @throws `CORRUPTED`
 */
export async function assertTables(directory: string, { tables }: ManifestState): Promise<void> {
  const check = async ([number, length]: readonly [number, number]): Promise<void> => {
    const table = join(directory, String(number).padStart(6, '0'));
    // The second is the name that older versions of LevelDB used.
    const found = (await lengthOf(`${table}.ldb`)) ?? (await lengthOf(`${table}.sst`));
    if (found === undefined) throw damagedFoldError(`${table}.ldb is missing`);
    if (found !== length) throw damagedFoldError(`${table}.ldb has ${found} bytes instead of ${length}`);
  };
  await Promise.all([...tables].map(check));
}

async function lengthOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
