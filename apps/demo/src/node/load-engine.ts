import type { SnapshotBackend } from '@slipstream/core';

/** What a node can keep its fold in. */
export type FoldEngine = 'log' | 'sqlite';

/** Loads an engine, and no other: a node needs only the one that it is configured with. */
export async function loadEngine(engine: FoldEngine): Promise<SnapshotBackend<never>> {
  switch (engine) {
    case 'log':
      return (await import('@slipstream/log')).logBackend;
    case 'sqlite':
      return (await import('@slipstream/sqlite')).sqliteBackend;
  }
}
