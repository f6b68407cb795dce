import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { enterFoldDirectory, requireEmptyDirectory } from '@slipstream/artifact/fold-directory';
import type { FoldPosition } from './fold-position.js';
import { stateOperations } from './fold-state.js';
import { ENTRIES } from './keyspace.js';
import type { ResolvedLevelConfig } from './level-config.js';
import { ENCODINGS, type LevelEngine, type LevelSnapshot } from './level-engine.js';
import { LEVEL_FOLD, openLevel } from './open-directory.js';
import { readPages } from './read-pages.js';

/** What to copy, and where to. */
export interface CheckpointParts {
  readonly engine: LevelEngine;
  readonly snapshot: LevelSnapshot;
  /** Of the snapshot. */
  readonly position: FoldPosition;
  readonly directory: string;
  readonly config: ResolvedLevelConfig;
}

/**
 * Writes the entries of a snapshot into a fold of its own: LevelDB has no copy of its files as of a moment. The
 * fold is counted, and safe on the disk when this resolves.
 * @throws `ALREADY_EXISTS` when the directory holds anything.
 */
export async function writeCheckpoint(parts: CheckpointParts): Promise<void> {
  await requireEmptyDirectory(parts.directory);
  const directory = await enterFoldDirectory(parts.directory, LEVEL_FOLD);
  try {
    const copy = await openLevel(directory.path, parts.config, true);
    try {
      await copyInto(copy, parts);
    } finally {
      await copy.close();
    }
    await syncFiles(directory.path);
    await directory.complete();
  } finally {
    directory.release();
  }
}

/** The next page is read while one is written. */
async function copyInto(copy: LevelEngine, { engine, snapshot, position }: CheckpointParts): Promise<void> {
  let entries = 0;
  let writing = Promise.resolve();
  for await (const page of readPages(engine, { bounds: ENTRIES, snapshot })) {
    entries += page.length;
    await writing;
    const operations = page.map(([key, value]) => ({ type: 'put', key, value }) as const);
    writing = copy.batch(operations, { ...ENCODINGS, sync: false });
    // It is waited for above, after the next page: a failure is not unhandled until then.
    writing.catch(() => undefined);
  }
  await writing;
  await copy.batch(stateOperations(position, entries), { ...ENCODINGS, sync: true });
}

async function syncFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    // LevelDB's and the fold's own locks: a lock is lost when its file is closed.
    if (/lock$/i.test(name)) continue;
    const file = await open(join(directory, name), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
