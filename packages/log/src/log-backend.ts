import type { SnapshotBackend } from '@slipstream/core';
import type { LogConfig } from './log-config.js';
import { LOG_BACKEND, LOG_FORMAT_VERSION } from './log-format.js';
import { LogSnapshotStore } from './log-snapshot-store.js';

/** The engine by its name, for artifacts. */
export const logBackend: SnapshotBackend<LogConfig> = Object.freeze({
  name: LOG_BACKEND,
  formatVersion: LOG_FORMAT_VERSION,
  open: (path: string, config?: LogConfig) => LogSnapshotStore.open({ ...config, path }),
});
