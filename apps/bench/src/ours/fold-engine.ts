import type { SnapshotBackend, SnapshotStore } from '@slipstream/core';

/** The engines that keep a fold on disk. */
export const diskEngines = ['log', 'level', 'lmdb', 'sqlite'] as const;
export type DiskEngine = (typeof diskEngines)[number];
/** And the one that does not. */
export type FoldEngine = DiskEngine | 'memory';

/** How every fold here is opened: a power loss may take the last commits, nothing else can. */
export const FOLD_OPTIONS = 'sync: false (the default)';

/** Loads an engine, and no other: what is loaded counts in memory and in the time of a start. */
export async function loadEngine(engine: FoldEngine): Promise<SnapshotBackend<never>> {
  switch (engine) {
    case 'memory':
      return (await import('@slipstream/memory')).memoryBackend;
    case 'log':
      return (await import('@slipstream/log')).logBackend;
    case 'level':
      return (await import('@slipstream/level')).levelBackend;
    case 'lmdb':
      return (await import('@slipstream/lmdb')).lmdbBackend;
    case 'sqlite':
      return (await import('@slipstream/sqlite')).sqliteBackend;
  }
}

/** Opens a fold with its defaults. */
export async function openFold(engine: FoldEngine, path: string): Promise<SnapshotStore> {
  const backend = await loadEngine(engine);
  return backend.open(path);
}
