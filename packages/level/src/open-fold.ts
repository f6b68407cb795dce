import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { enterFoldDirectory, type FoldDirectory } from '@slipstream/artifact/fold-directory';
import { ClassicLevel } from 'classic-level';
import { assertTables } from './assert-tables.js';
import { openState } from './fold-state.js';
import type { ResolvedLevelConfig } from './level-config.js';
import { levelError } from './level-errors.js';
import type { LevelFold } from './level-fold.js';
import { levelFoldKind } from './level-format.js';
import { readManifestState } from './write-ahead-log/manifest-state.js';
import { repairLog } from './write-ahead-log/repair-log.js';

/** Opens the fold in a directory, or creates one in an empty directory. */
export async function openFold(path: string, config: ResolvedLevelConfig): Promise<LevelFold> {
  const directory = await enterFoldDirectory(path, levelFoldKind);
  try {
    return await openEntered(directory, config);
  } catch (error) {
    directory.release();
    throw levelError(error, `opening the level fold ${directory.path}`);
  }
}

async function openEntered(directory: FoldDirectory, config: ResolvedLevelConfig): Promise<LevelFold> {
  const { path, isComplete } = directory;
  if (isComplete) await inspectDatabase(path);
  const engine = await openLevel(path, config, !isComplete);
  try {
    const state = await openState(engine, path, !isComplete);
    if (!isComplete) await directory.complete();
    return {
      engine,
      copies: true,
      location: path,
      config,
      state,
      bytes: () => sizeOf(path),
      release: () => engine.close().finally(() => directory.release()),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Finds what LevelDB would not notice, or only after it has written: the files are still as they were left. */
async function inspectDatabase(path: string): Promise<void> {
  const state = await readManifestState(path);
  await assertTables(path, state);
  await repairLog(path, state);
}

/** Opens LevelDB's database in a directory. */
export async function openLevel(
  path: string,
  { engineOptions }: ResolvedLevelConfig,
  createIfMissing: boolean,
): Promise<ClassicLevel> {
  const engine = new ClassicLevel(path, { ...engineOptions, createIfMissing });
  await engine.open();
  return engine;
}

async function sizeOf(path: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(path)) {
    // LevelDB may remove a file at any time.
    bytes += await stat(join(path, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
