import { assertFoldPath } from '@slipstream/artifact/fold-directory';
import { guardSnapshotStore, type SnapshotStore } from '@slipstream/core';
import { type LogConfig, resolveLogConfig } from './log-config.js';
import { LogDriver } from './log-driver.js';
import { openFold } from './recovery/open-fold.js';

/** Where a log fold is, and how it is kept. */
export interface LogSnapshotStoreOptions extends LogConfig {
  /** The directory of the fold. It is made when it is missing; its parent exists. */
  readonly path: string;
}

/** What {@link LogSnapshotStore} can do. */
export interface LogSnapshotStoreFactory {
  /**
   * Opens the fold in a directory, or creates one in an empty directory.
   *
   * @throws `LOCKED` when it is open already, here or in another process. `CORRUPTED` when bytes that had
   * been flushed have changed: nothing was touched. `INCOMPATIBLE` when the directory holds something else,
   * or a newer format. `INVALID_PATH` when the path is a file, has no parent, or cannot be written.
   * `STORE_FAILED` when the disk fails.
   */
  open(options: LogSnapshotStoreOptions): Promise<SnapshotStore>;
}

/** Durable folds, each in one append-only log file: no dependency, and nothing to compile. */
export const LogSnapshotStore: LogSnapshotStoreFactory = Object.freeze({
  async open({ path, ...config }: LogSnapshotStoreOptions): Promise<SnapshotStore> {
    assertFoldPath(path);
    const { fold, lock } = await openFold(path, resolveLogConfig(config));
    return guardSnapshotStore(new LogDriver(fold, lock));
  },
});
