// Folders that exist completely or not at all, however a run ends and however many run at once.
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { exitOnSignals } from './processes.mjs';

const PREFIX = 'tmp-';
/** A temporary folder this old belongs to a run that was killed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * Makes `home` unless it exists: `fill` gets a temporary folder beside it, which is then renamed to it.
 *
 * @param {string} home
 * @param {(folder: string) => Promise<void>} fill
 */
export async function createFolder(home, fill) {
  if (existsSync(home)) return;
  const parent = dirname(home);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  await withTemporaryFolder(join(parent, PREFIX), async (folder) => {
    await fill(folder);
    await renameUnlessThere(folder, home);
  });
}

/**
 * Lends a new folder, which is removed afterwards, also when a signal ends this process meanwhile.
 *
 * @param {string} prefix what its path begins with
 * @param {(folder: string) => Promise<void>} use
 */
export async function withTemporaryFolder(prefix, use) {
  const folder = await mkdtemp(prefix);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const returnSignals = exitOnSignals();
  process.on('exit', remove);
  try {
    await use(folder);
  } finally {
    process.off('exit', remove);
    returnSignals();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
async function renameUnlessThere(from, to) {
  try {
    await rename(from, to);
  } catch (error) {
    // A parallel run was first; its result is as good.
    if (!existsSync(to)) throw error;
  }
}

/** @param {string} parent */
async function removeAbandoned(parent) {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(parent, name);
    // If it is gone meanwhile, it belonged to another run, which has finished.
    const made = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - made > ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}
