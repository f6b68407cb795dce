import { dirname } from 'node:path';
import { incompatibleFoldError, LOCK_NAME, systemCode } from '@slipstream/artifact/fold-directory';
import type { LogFileSystem } from './file-system/log-file-system.js';

const LOG_NAME = /^fold\.([1-9][0-9]{0,14})\.log$/;
const TEMPORARY_SUFFIX = '.tmp';

/** The name of a log. The highest generation is the fold; a lower one is a leftover. */
export function logName(generation: number): string {
  return `fold.${generation}.log`;
}

/** The name that a log has until it is complete. */
export function temporaryName(name: string): string {
  return name + TEMPORARY_SUFFIX;
}

/** Makes a directory, durably. Its parent exists; an existing path may be a file. */
export async function makeDirectoryIfMissing(path: string, fileSystem: LogFileSystem): Promise<void> {
  try {
    await fileSystem.makeDirectory(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return;
  }
  await fileSystem.syncDirectory(dirname(path));
}

/** What a directory holds, by name. */
export interface FoldDirectory {
  /** The log to open; `undefined` in a directory that holds no fold yet. */
  readonly generation: number | undefined;
  /** What interrupted work left: to be removed once the fold is open. */
  readonly leftovers: readonly string[];
}

/**
 * Reads the names in a directory.
 * @throws `INCOMPATIBLE` when there are files, and no log among them: another engine's, or another program's.
 */
export function readFoldDirectory(path: string, names: readonly string[]): FoldDirectory {
  const logs = names.filter((name) => LOG_NAME.test(name));
  const generation = logs.length === 0 ? undefined : Math.max(...logs.map(generationOf));
  const temporary = names.filter(
    (name) => LOG_NAME.test(name.slice(0, -TEMPORARY_SUFFIX.length)) && name.endsWith(TEMPORARY_SUFFIX),
  );
  const foreign = names.filter(
    (name) => !isHarmless(name) && !logs.includes(name) && !temporary.includes(name),
  );
  if (generation === undefined && foreign.length > 0) {
    throw incompatibleFoldError(
      `${path} is not a log fold: it holds ${foreign.slice(0, 3).join(', ')}`,
      'Open it with the engine that made it, or choose an empty directory.',
    );
  }
  const stale = logs.filter((name) => generationOf(name) !== generation);
  return { generation, leftovers: [...temporary, ...stale] };
}

function generationOf(name: string): number {
  return Number(LOG_NAME.exec(name)?.[1]);
}

/** The lock, and what operating systems put into directories (`lost+found`, `.DS_Store`, `.nfs…`). */
function isHarmless(name: string): boolean {
  return name === LOCK_NAME || name === 'lost+found' || name.startsWith('.');
}
