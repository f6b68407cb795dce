import { assertFoldPath } from '@slipstream/artifact/fold-directory';
import { guardSnapshotStore, type SnapshotStore } from '@slipstream/core';
import { openFold } from './open-fold.js';
import { resolveSqliteConfig, type SqliteConfig } from './sqlite-config.js';
import { SqliteDriver } from './sqlite-driver.js';
import type { SqliteEngine } from './sqlite-engine.js';
import { sqliteError } from './sqlite-errors.js';
import { closeFold } from './sqlite-fold.js';
import { SQLITE_BACKEND } from './sqlite-format.js';

/** Where a SQLite fold is, and how it is kept. */
export interface SqliteSnapshotStoreOptions extends SqliteConfig {
  /** The directory of the fold. It is made when it is missing; its parent exists. */
  readonly path: string;
  /**
   * The connection to write with, open on the file `fold.sqlite` in the fold's directory, for programs that have one of
   * their own. It stays theirs: closing the fold leaves it open, and no statement may run on it in between. The fold's
   * other connections are made by its class.
   * @defaultValue one of better-sqlite3, closed with the fold
   */
  readonly engine?: SqliteEngine | undefined;
}

/** Opens durable folds, each in a SQLite database. */
export interface SqliteSnapshotStoreFactory {
  /**
   * Opens the fold in a directory, or creates one in an empty directory.
   *
   * @throws `LOCKED` when it is open already, here or in another process. `CORRUPTED` when the database or
   * the fold's own record is damaged: nothing was touched. `INCOMPATIBLE` when the directory holds something
   * else, or another format. `INVALID_PATH` when the path is a file, has no parent, or cannot be written.
   * `STORE_FAILED` when the disk fails.
   */
  open(options: SqliteSnapshotStoreOptions): Promise<SnapshotStore>;
}

export const SqliteSnapshotStore: SqliteSnapshotStoreFactory = Object.freeze({
  async open({ path, engine, ...config }: SqliteSnapshotStoreOptions): Promise<SnapshotStore> {
    assertFoldPath(path);
    const resolved = resolveSqliteConfig(config, engine);
    const fold = await openFold(path, resolved);
    try {
      return guardSnapshotStore(new SqliteDriver(fold, resolved));
    } catch (error) {
      closeFold(fold);
      throw sqliteError(error, `opening the ${SQLITE_BACKEND} fold ${fold.directory.path}`);
    }
  },
});
