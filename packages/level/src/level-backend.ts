import type { SnapshotBackend } from '@slipstream/core';
import type { LevelConfig } from './level-config.js';
import { LEVEL_BACKEND, LEVEL_FORMAT_VERSION } from './level-format.js';
import { LevelSnapshotStore } from './level-snapshot-store.js';

/** The engine by its name, for artifacts. */
export const levelBackend: SnapshotBackend<LevelConfig> = Object.freeze({
  name: LEVEL_BACKEND,
  formatVersion: LEVEL_FORMAT_VERSION,
  open: (path: string, config?: LevelConfig) => LevelSnapshotStore.open({ ...config, path }),
});
