import { assertFoldPath } from '@slipstream/artifact/fold-directory';
import { guardSnapshotStore, type SnapshotStore } from '@slipstream/core';
import { adoptEngine } from './adopt-engine.js';
import { type LevelConfig, resolveLevelConfig } from './level-config.js';
import { LevelDriver } from './level-driver.js';
import type { LevelEngine } from './level-engine.js';
import { openFold } from './open-fold.js';

/** Where a LevelDB fold is, and how it is kept. */
export type LevelSnapshotStoreOptions = LevelConfig & (LevelFoldLocation | LevelFoldEngine);

/** A fold in a directory of its own. */
export interface LevelFoldLocation {
  /** The directory of the fold. It is made when it is missing; its parent exists. */
  readonly path: string;
  readonly engine?: undefined;
}

/** A fold in a database that the caller opened. */
export interface LevelFoldEngine {
  /**
   * An abstract-level database that nothing else writes to while the fold is open. It stays the caller's: closing the
   * fold does not close it, and `engineOptions` do not apply to it.
   */
  readonly engine: LevelEngine;
  readonly path?: undefined;
}

/** Opens durable folds in LevelDB databases: larger than memory, and written as fast as they come. */
export interface LevelSnapshotStoreFactory {
  /**
   * Opens the fold in a directory, or creates one in an empty directory.
   *
   * @throws `LOCKED` when it is open already, here or in another process. `CORRUPTED` when LevelDB's files
   * are damaged or missing, or the fold's own records do not decode. `INCOMPATIBLE` when the
   * directory holds something else, or a newer format. `INVALID_PATH` when the path is a file, has no parent,
   * or cannot be written. `STORE_FAILED` when the disk fails. `UNSUPPORTED`, `CLOSED`: the given `engine`
   * lacks what a fold needs, or is closed.
   */
  open(options: LevelSnapshotStoreOptions): Promise<SnapshotStore>;
}

export const LevelSnapshotStore: LevelSnapshotStoreFactory = Object.freeze({
  async open({ path, engine, ...config }: LevelSnapshotStoreOptions): Promise<SnapshotStore> {
    const resolved = resolveLevelConfig(config);
    if ((path === undefined) === (engine === undefined)) {
      throw new TypeError('a level fold is opened with either path or engine');
    }
    if (engine !== undefined) return guardSnapshotStore(new LevelDriver(await adoptEngine(engine, resolved)));
    assertFoldPath(path);
    return guardSnapshotStore(new LevelDriver(await openFold(path, resolved)));
  },
});
