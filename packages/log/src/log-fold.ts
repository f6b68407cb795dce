import type { Mutex, WatchCursor } from '@slipstream/core';
import type { LogFile } from './append-log/log-file.js';
import type { LogIndex } from './index/log-index.js';
import type { ResolvedLogConfig } from './log-config.js';

/** The state of a fold while it is open: what commits, flushes and compactions share. */
export interface LogFold {
  readonly directory: string;
  readonly config: ResolvedLogConfig;
  readonly index: LogIndex;
  /** Held while the end of the log changes, or which file is the log. */
  readonly appends: Mutex;
  /** Where commits go. */
  log: LogFile;
  /** The log before it, while slots still point to it. */
  retiring: LogFile | undefined;
  cursor: WatchCursor;
  /** Records after the part of the log that is in key order. */
  unorderedRecords: number;
  /** The new name of the log may not survive a power loss yet. */
  directorySyncDue: boolean;
}

/** Makes the name of the log as durable as its contents. */
export async function syncDirectoryIfDue(fold: LogFold): Promise<void> {
  if (!fold.directorySyncDue) return;
  await fold.config.fileSystem.syncDirectory(fold.directory);
  fold.directorySyncDue = false;
}
