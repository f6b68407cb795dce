import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const INSTALLED = join('.toolchain', 'nats-server');
const IN_SERIES = join('usr', 'sbin', 'nats-server');

/** Whether there is a file at `path` that this process may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first nats-server on `searchPath`, which is the form of `PATH`. */
export function findOnPath(searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'nats-server'))
    .find(isExecutable);
}

/**
 * A nats-server that the repository's installer put under `.toolchain/nats-server/<series>/`, looked for in
 * `folder` and all above it; without a series, the newest.
 */
export function findInstalled(folder: string, series?: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, INSTALLED);
    const found = (series === undefined ? newestFirst(home) : [series])
      .map((name) => join(home, name, IN_SERIES))
      .find(isExecutable);
    if (found !== undefined || dirname(at) === at) return found;
  }
}

function newestFirst(home: string): string[] {
  try {
    return readdirSync(home).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  } catch {
    return [];
  }
}
