import type { FoldKind } from '@slipstream/artifact/fold-directory';

/** The engine's name, as artifacts carry it. */
export const LEVEL_BACKEND = 'level';

/** The version of the layout of keys and records. */
export const LEVEL_FORMAT_VERSION = '1';

/** What distinguishes a LevelDB fold from other directories. */
export const levelFoldKind: FoldKind = Object.freeze({
  backend: LEVEL_BACKEND,
  formatVersion: LEVEL_FORMAT_VERSION,
  isEngineFile: (name: string) =>
    /^(?:LOCK|LOG(?:\.old)?|CURRENT|MANIFEST-\d+|\d+\.(?:log|ldb|sst|dbtmp))$/.test(name),
});
