import { assertFoldPath } from '@slipstream/artifact/fold-directory';
import { guardSnapshotStore, type SnapshotStore } from '@slipstream/core';
import { type LmdbConfig, resolveLmdbConfig } from './lmdb-config.js';
import { LmdbDriver } from './lmdb-driver.js';
import type { LmdbEngine } from './lmdb-engine.js';
import { adoptEngine, openFold } from './open-fold.js';

/** Where an LMDB fold is, and how it is kept. */
export type LmdbSnapshotStoreOptions = LmdbConfig & (LmdbFoldLocation | LmdbFoldEngine);

/** A fold in a directory of its own. */
export interface LmdbFoldLocation {
  /** The directory of the fold. It is made when it is missing; its parent exists. */
  readonly path: string;
  readonly engine?: undefined;
}

/** A fold in a database that the caller opened. */
export interface LmdbFoldEngine {
  /**
   * A root database of the `lmdb` package that contains only the fold, opened with `encoding: 'binary'`,
   * `keyEncoding: 'binary'`, `noSubdir: true` and `eventTurnBatching: false` (otherwise a failed commit ends the
   * process: the engine rejects an internal promise). It stays the caller's, who keeps other processes away from it and
   * closes it after the fold.
   */
  readonly engine: LmdbEngine;
  readonly path?: undefined;
}

/** Opens durable folds in LMDB: a memory-mapped B+ tree, read in microseconds, with no copy of the keys in memory. */
export interface LmdbSnapshotStoreFactory {
  /**
   * Opens the fold in a directory, or creates one in an empty directory.
   *
   * @throws `LOCKED` when it is open already, here or in another process. `CORRUPTED` when the file is not a
   * database or is truncated: nothing was touched. `INCOMPATIBLE` when the directory holds something else, or
   * another format. `INVALID_PATH` when the path is a file, has no parent, or cannot be written.
   * `STORE_FAILED` when the disk fails.
   */
  open(options: LmdbSnapshotStoreOptions): Promise<SnapshotStore>;
}

export const LmdbSnapshotStore: LmdbSnapshotStoreFactory = Object.freeze({
  async open({ path, engine, ...config }: LmdbSnapshotStoreOptions): Promise<SnapshotStore> {
    const resolved = resolveLmdbConfig(config);
    if (engine !== undefined) {
      return guardSnapshotStore(new LmdbDriver(await adoptEngine(engine, resolved), engine.path));
    }
    assertFoldPath(path);
    return guardSnapshotStore(new LmdbDriver(await openFold(path, resolved), path));
  },
});
